using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Peft;

/// <summary>Finds native libraries: beside the program, in the folders that the host names, or in an installed PyTorch.</summary>
internal static partial class NativeFolders
{
    public const string Variable = "TORCH_DIR";
    public const string Torch = "libtorch_cpu.so";
    public const string Bridge = "libLibTorchSharp.so";

    /// <summary>The name of the application data that holds a further folder, which a program without a libtorch of its own sets.</summary>
    public const string FurtherFolder = "Peft.LibTorchFolder";

    /// <summary>The folder in <c>TORCH_DIR</c>; null if not set.</summary>
    public static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    /// <summary>The file in the first folder that contains it; null if none does.</summary>
    public static string? Find(string file) => Searched.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    /// <summary>The folders in which .NET looks for the native libraries of packages.</summary>
    public static IEnumerable<string> Searched =>
    [
        .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        AppContext.BaseDirectory,
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
        Path.GetDirectoryName(typeof(torch).Assembly.Location) is { Length: > 0 } beside ? beside : AppContext.BaseDirectory,
        .. AppContext.GetData(FurtherFolder) is string further ? (string[])[further] : [],
    ];

    /// <summary>The libraries' folder inside <c>TORCH_DIR</c>, which is a PyTorch's torch folder or that of an unpacked libtorch.</summary>
    /// <exception cref="LibTorchException">The folder contains no libtorch.</exception>
    public static string LibrariesIn(string named) =>
        new[] { Path.Combine(named, "lib"), named }.FirstOrDefault(folder => File.Exists(Path.Combine(folder, Torch)))
        ?? throw new LibTorchException(
            $"{Variable} is '{named}', which has no lib/{Torch}; name the torch folder of an installed PyTorch "
            + "(python3 -c \"import torch; print(torch.__path__[0])\") or an unpacked libtorch, or unset it");

    /// <summary>
    /// The version of the libtorch in a folder of libraries, according to PyTorch or the libtorch archive; null if unknown.
    /// </summary>
    public static string? VersionOf(string libraries)
    {
        var root = Path.GetFullPath(Path.Combine(libraries, ".."));
        string[] files =
        [
            Path.Combine(root, "version.py"), Path.Combine(root, "build-version"), Path.Combine(libraries, "build-version"),
            Path.Combine(root, "include", "torch", "headeronly", "version.h"),
                Path.Combine(root, "include", "torch", "csrc", "api", "include", "torch", "version.h"),
        ];
        return files.Where(File.Exists).Select(file => Version().Match(File.ReadAllText(file)))
            .FirstOrDefault(match => match.Success)?.Groups[1].Value;
    }

    /// <summary>The error for a program without libtorch.</summary>
    public static LibTorchException Missing(string file) => new(
        $"{file} is in none of the folders of this program for {RuntimeInformation.RuntimeIdentifier}; reference the package "
            + $"libtorch-cpu-linux-x64 {LibTorchInfo.ExpectedVersion} "
        + $"(or TorchSharp-cpu, TorchSharp-cuda-linux) in the program's project, or name an installed PyTorch in {Variable}. There are "
            + "packages for linux-x64, win-x64 and osx-arm64");

    [GeneratedRegex("(?:__version__ = '|TORCH_VERSION \"|^)([0-9]+\\.[0-9]+\\.[0-9]+)", RegexOptions.Multiline)]
    private static partial Regex Version();
}
