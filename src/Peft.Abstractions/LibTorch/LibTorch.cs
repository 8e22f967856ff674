using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Peft;

/// <summary>
/// Loads libtorch for programs that use Peft, so that they need no set-up beyond their packages. On Linux it supports an older libstdc++
/// (see <see cref="LibTorchInfo.IsBridgeCopied"/>) and uses the libtorch in the folder <c>TORCH_DIR</c>, such as that of an installed
/// PyTorch with CUDA. On other systems, TorchSharp loads its packages by itself.
/// </summary>
/// <remarks>Peft's packages call <see cref="Prepare"/> when a program starts. Call <see cref="Load"/> to get a clear error early.</remarks>
public static class LibTorch
{
    private const string DefaultSpinCount = "1000";

    private static readonly Lock s_lock = new();
    private static bool s_isPrepared;
    private static LibTorchInfo? s_loaded;
    private static IntPtr s_bridge;

    /// <summary>The loaded libtorch; null before the first use of a tensor, and if TorchSharp loads it by itself.</summary>
    public static LibTorchInfo? Loaded => s_loaded;

    /// <summary>
    /// How often a waiting thread of libtorch checks before it sleeps (<c>GOMP_SPINCOUNT</c>). By default, libgomp spins for milliseconds,
    /// which blocks the core for other processes (docs/results/threads.md). A value set by the user is kept.
    /// </summary>
    public static string SpinCount => Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") ?? DefaultSpinCount;

    /// <summary>
    /// Makes libtorch load at the first use of a tensor. If <c>TORCH_DIR</c> is set, loads it now. Later calls do nothing.
    /// </summary>
    /// <exception cref="LibTorchException"><c>TORCH_DIR</c> does not contain a libtorch that can be loaded.</exception>
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
    /// <exception cref="LibTorchException">libtorch cannot be loaded; the message names the wrong file or setting and how to fix
    /// it.</exception>
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

    /// <summary>Finds a function of libtorch that TorchSharp does not offer, by its name in the library.</summary>
    /// <param name="library">The library's file name.</param>
    /// <param name="symbol">The function's mangled name.</param>
    /// <param name="address">The function's address; 0 if missing.</param>
    /// <returns>Whether the loaded libtorch has it; always false outside Linux.</returns>
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

    /// <summary>The libtorch of the package. It is loaded with TorchSharp's native library, which depends on it.</summary>
    private static LibTorchInfo LoadPackaged()
    {
        var torch = NativeFolders.Find(NativeFolders.Torch) ?? throw NativeFolders.Missing(NativeFolders.Torch);
        var folder = Path.GetDirectoryName(torch)!;
        LoadLibraries(folder);
        var (bridge, isCopied) = LoadBridge(LibTorchInfo.ExpectedVersion);
        return new LibTorchInfo(folder, NativeFolders.VersionOf(folder) ?? LibTorchInfo.ExpectedVersion, bridge, false, isCopied, null);
    }

    /// <summary>The libtorch in <c>TORCH_DIR</c>.</summary>
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

    /// <summary>Loads libtorch's parts by their full paths. Later requests by their short names find these.</summary>
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
            file = BridgeCopy.GetOrCreate(original);
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

    /// <summary>Resolves TorchSharp's native library for .NET if the library beside the program does not load.</summary>
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
