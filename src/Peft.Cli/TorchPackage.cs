using System.Runtime.InteropServices;
using Peft.Data;

namespace Peft.Cli;

/// <summary>
/// Finds libtorch for the command installed as a .NET tool, whose package has none: in NuGet's cache, where `dotnet restore` puts
/// libtorch's own package at the first use.
/// </summary>
internal static class TorchPackage
{
    private const string Switch = "Peft.RestoresLibTorch";
    private const string Torch = "libtorch_cpu.so";

    private static readonly NuGetPackage s_package = new("libtorch-cpu-linux-x64", LibTorchInfo.ExpectedVersion);

    /// <summary>Makes libtorch available, if this program is the tool. Other programs have it beside them or in TORCH_DIR.</summary>
    /// <exception cref="TorchPackageException">The package could not be restored.</exception>
    public static void Provide()
    {
        if (!AppContext.TryGetSwitch(Switch, out var isTool) || !isTool || !OperatingSystem.IsLinux()
            || Environment.GetEnvironmentVariable("TORCH_DIR") is { Length: > 0 })
            return;
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new TorchPackageException($"there is no package of libtorch for {RuntimeInformation.RuntimeIdentifier}");
        var project = Path.Combine(BridgeCopy.CacheFolder(), $"libtorch-{s_package.Version}");
        AppContext.SetData(NativeFolders.FurtherFolder, Find(project) ?? Restore(project));
    }

    private static string? Find(string project) => s_package.Find(project) is { } package && NativeFolder(package) is var folder
        && File.Exists(Path.Combine(folder, Torch)) ? folder : null;

    private static string NativeFolder(string package) => Path.Combine(package, "runtimes", "linux-x64", "native");

    private static string Restore(string project)
    {
        Console.Error.WriteLine(
            $"peft: libtorch {s_package.Version} is not on this machine yet; restoring the package {s_package.Name} (128 MB, once).");
        try
        {
            return NativeFolder(s_package.Restore(project));
        }
        catch (PackageRestoreException problem)
        {
            throw new TorchPackageException(problem.Message);
        }
    }
}

/// <summary>The tool found no libtorch and could not restore its package.</summary>
/// <param name="problem">The reason.</param>
internal sealed class TorchPackageException(string problem) : Exception(
    $"libtorch {LibTorchInfo.ExpectedVersion} is not on this machine: {problem}. Check the sources with `dotnet nuget list source`, or "
        + "name an installed PyTorch in TORCH_DIR (python3 -c \"import torch; print(torch.__path__[0])\").");
