using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Peft;

/// <summary>
/// Loads libtorch wherever Peft is used, so that a program needs no set-up but its packages. On Linux it bridges an older libstdc++ (see
/// <see cref="LibTorchInfo.IsBridgeCopied"/>) and takes the libtorch that the variable <c>TORCH_DIR</c> names, such as an installed
/// PyTorch's with CUDA. Elsewhere TorchSharp loads its packages by itself.
/// </summary>
/// <remarks>
/// Peft's packages call <see cref="Prepare"/> when a program starts. <see cref="Load"/> is for programs that want a clear error early.
/// </remarks>
public static class LibTorch
{
    private const string DefaultSpinCount = "1000";

    private static readonly Lock s_lock = new();
    private static bool s_isPrepared;
    private static LibTorchInfo? s_loaded;
    private static IntPtr s_bridge;

    /// <summary>What was loaded; null before the first use of a tensor, and where TorchSharp loads by itself.</summary>
    public static LibTorchInfo? Loaded => s_loaded;

    /// <summary>
    /// How often a waiting thread of libtorch checks before it sleeps (<c>GOMP_SPINCOUNT</c>). libgomp's own default spins for
    /// milliseconds, which takes the core from other processes (docs/results/threads.md). A value that the user has set stays.
    /// </summary>
    public static string SpinCount => Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") ?? DefaultSpinCount;

    /// <summary>
    /// Makes libtorch load at the first use of a tensor; where <c>TORCH_DIR</c> is set, loads it now. Calls after the first cost nothing.
    /// </summary>
    /// <exception cref="LibTorchException"><c>TORCH_DIR</c> names no libtorch that can be loaded.</exception>
    public static void Prepare()
    {
        lock (s_lock)
        {
            AnswerSearches();
            if (NativeFolders.Named is not null)
                Load();
        }
    }

    /// <summary>Loads libtorch now.</summary>
    /// <exception cref="LibTorchException">It cannot be loaded; says which file or setting is wrong and what to do.</exception>
    public static void Load()
    {
        lock (s_lock)
        {
            if (s_loaded is not null || !OperatingSystem.IsLinux())
                return;
            AnswerSearches();
            s_loaded = NativeFolders.Named is { } named ? LoadNamed(named) : LoadPackaged();
        }
    }

    /// <summary>A function of libtorch that TorchSharp does not offer, by its name in the library.</summary>
    /// <param name="library">The library's file name.</param>
    /// <param name="symbol">The function's mangled name.</param>
    /// <param name="address">The function; 0 where there is none.</param>
    /// <returns>Whether the loaded libtorch has it. Only on Linux can it.</returns>
    internal static bool TryFindExport(string library, string symbol, out IntPtr address)
    {
        Load();
        address = IntPtr.Zero;
        return s_loaded is { } loaded && Path.Combine(loaded.Folder, library) is var file && File.Exists(file)
            && NativeLibrary.TryGetExport(NativeLibrary.Load(file), symbol, out address);
    }

    private static void AnswerSearches()
    {
        if (s_isPrepared || !OperatingSystem.IsLinux())
            return;
        s_isPrepared = true;
        LimitSpinning();
        var context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>The package's libtorch. It loads with TorchSharp's native library, which depends on it.</summary>
    private static LibTorchInfo LoadPackaged()
    {
        var torch = NativeFolders.Find(NativeFolders.Torch) ?? throw NativeFolders.Missing(NativeFolders.Torch);
        var folder = Path.GetDirectoryName(torch)!;
        LoadLibraries(folder);
        var (bridge, isCopied) = LoadBridge(LibTorchInfo.ExpectedVersion);
        return new LibTorchInfo(folder, NativeFolders.VersionOf(folder) ?? LibTorchInfo.ExpectedVersion, bridge, false, isCopied, null);
    }

    /// <summary>The libtorch that <c>TORCH_DIR</c> names.</summary>
    private static LibTorchInfo LoadNamed(string named)
    {
        var folder = NativeFolders.LibrariesIn(named);
        var version = NativeFolders.VersionOf(folder) ?? "of unknown version";
        var expected = LibTorchInfo.ExpectedVersion.Split('.');
        var parts = version.Split('.');
        if (char.IsDigit(version[0]) && parts[0] != expected[0])
            throw new LibTorchException($"{NativeFolders.Variable} is '{named}', a libtorch {version}; TorchSharp needs libtorch "
                + $"{LibTorchInfo.ExpectedVersion} and works with no other major version");
        if (NativeFolders.Find(NativeFolders.Torch) is { } own)
        {
            throw new LibTorchException(
                $"{NativeFolders.Variable} is '{named}', and this program has a libtorch of its own ({own}), which TorchSharp would "
                    + "load beside it; "
                + "build the program with TorchDevice=none (./peft does so), or unset the variable");
        }

        LoadLibraries(folder);
        var (bridge, isCopied) = LoadBridge(version);
        var warning = parts[0] == expected[0] && parts[1] == expected[1]
            ? null : $"{NativeFolders.Variable} is '{named}', a libtorch {version}; TorchSharp was built for "
                + $"{LibTorchInfo.ExpectedVersion}, so that some operators may fail";
        return new LibTorchInfo(folder, version, bridge, true, isCopied, warning);
    }

    /// <summary>Loads libtorch's parts by their full names; what asks for them by their short names afterwards, finds these.</summary>
    private static void LoadLibraries(string folder)
    {
        var openMp = Directory.EnumerateFiles(folder, "libgomp*.so*").Order(StringComparer.Ordinal).FirstOrDefault();
        string?[] files = [openMp, In("libc10.so"), In(NativeFolders.Torch), In("libc10_cuda.so"), In("libtorch_cuda.so"),
            In("libtorch.so")];
        foreach (var file in files.OfType<string>().Where(File.Exists))
        {
            if (DynamicLoader.TryLoad(file, out var problem) == IntPtr.Zero)
                throw new LibTorchException($"{file} cannot be loaded: {problem}");
        }

        string In(string name) => Path.Combine(folder, name);
    }

    private static (string File, bool IsCopied) LoadBridge(string version)
    {
        var original = NativeFolders.Find(NativeFolders.Bridge) ?? throw NativeFolders.Missing(NativeFolders.Bridge);
        s_bridge = DynamicLoader.TryLoad(original, out var problem);
        var file = original;
        if (s_bridge == IntPtr.Zero && BridgeCopy.IsNeeded(problem!))
        {
            file = BridgeCopy.Of(original);
            s_bridge = DynamicLoader.TryLoad(file, out problem);
        }

        if (s_bridge != IntPtr.Zero)
            return (file, file != original);
        const string Undefined = "undefined symbol: ";
        var symbol = problem!.IndexOf(Undefined, StringComparison.Ordinal);
        throw new LibTorchException(
            symbol < 0 ? $"{file} cannot be loaded: {problem}"
            : $"libtorch {version} lacks the symbol {problem[(symbol + Undefined.Length)..].Split(' ', ',')[0]}, which TorchSharp's "
                + "native library, "
            + $"built for libtorch {LibTorchInfo.ExpectedVersion}, calls; use a libtorch {LibTorchInfo.ExpectedVersion}");
    }

    /// <summary>Answers .NET's search for TorchSharp's native library where the library beside the program does not load.</summary>
    private static IntPtr Resolve(Assembly assembly, string name)
    {
        if (name != "LibTorchSharp" || assembly != typeof(torch).Assembly)
            return IntPtr.Zero;
        Load();
        return s_bridge;
    }

    private static void LimitSpinning()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            DynamicLoader.SetDefault("GOMP_SPINCOUNT", DefaultSpinCount);
    }
}
