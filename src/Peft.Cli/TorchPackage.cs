using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Peft.Cli;

/// <summary>
/// Finds libtorch for the command installed as a .NET tool, whose package has none: in NuGet's cache, where `dotnet restore` puts
/// libtorch's own package at the first use.
/// </summary>
internal static class TorchPackage
{
    private const string Switch = "Peft.RestoresLibTorch";
    private const string Package = "libtorch-cpu-linux-x64";
    private const string Version = LibTorchInfo.ExpectedVersion;
    private const string Torch = "libtorch_cpu.so";

    /// <summary>Makes libtorch available, if this program is the tool. Other programs have it beside them or in TORCH_DIR.</summary>
    /// <exception cref="TorchPackageException">The package could not be restored.</exception>
    public static void Provide()
    {
        if (!AppContext.TryGetSwitch(Switch, out var isTool) || !isTool || !OperatingSystem.IsLinux()
            || Environment.GetEnvironmentVariable("TORCH_DIR") is { Length: > 0 })
            return;
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new TorchPackageException($"there is no package of libtorch for {RuntimeInformation.RuntimeIdentifier}");
        var project = Path.Combine(BridgeCopy.CacheFolder(), $"libtorch-{Version}");
        AppContext.SetData(NativeFolders.FurtherFolder, Find(project) ?? Restore(project));
    }

    /// <summary>The folder of the package's libraries; null if the package is not on this machine.</summary>
    private static string? Find(string project) => Caches(project)
        .Select(cache => Path.Combine(cache, Package, Version, "runtimes", "linux-x64", "native"))
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, Torch)));

    /// <summary>The folders of packages: the user's, and those that the last restore used.</summary>
    private static IEnumerable<string> Caches(string project)
    {
        yield return Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var assets = Path.Combine(project, "obj", "project.assets.json");
        if (!File.Exists(assets))
            yield break;
        using var json = JsonDocument.Parse(File.ReadAllBytes(assets));
        foreach (var folder in json.RootElement.GetProperty("packageFolders").EnumerateObject())
            yield return folder.Name;
    }

    /// <summary>Restores the package with the .NET SDK, from the sources of the user's NuGet configuration.</summary>
    private static string Restore(string project)
    {
        Console.Error.WriteLine($"peft: libtorch {Version} is not on this machine yet; restoring the package {Package} (128 MB, once).");
        WriteProject(project);
        var start = new ProcessStartInfo("dotnet", ["restore", "libtorch.csproj", "--nologo", "--verbosity", "quiet"])
        {
            WorkingDirectory = project, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_NOLOGO"] = "true";
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            process.WaitForExit();
            if (process.ExitCode == 0)
                return Find(project) ?? throw new TorchPackageException($"`dotnet restore` in {project} left no {Torch}");
            var problem = (output.Result + error.Result).Split('\n')
                .FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal));
            throw new TorchPackageException($"`dotnet restore` in {project} failed: {problem?.Trim() ?? $"exit code {process.ExitCode}"}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new TorchPackageException("the package is restored with the .NET SDK, and there is no `dotnet` on PATH");
        }
    }

    /// <summary>A project that names the package alone; the other files keep settings of folders above away from it.</summary>
    private static void WriteProject(string project)
    {
        try
        {
            Directory.CreateDirectory(project);
            foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
                File.WriteAllText(Path.Combine(project, name), "<Project />\n");
            File.WriteAllText(
                Path.Combine(project, "libtorch.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
                  <ItemGroup><PackageReference Include="{Package}" Version="[{Version}]" /></ItemGroup>
                </Project>

                """);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TorchPackageException($"{project} cannot be written to ({problem.Message}); name another folder in PEFT_CACHE");
        }
    }
}

/// <summary>The tool found no libtorch and could not restore its package.</summary>
/// <param name="problem">The reason.</param>
internal sealed class TorchPackageException(string problem) : Exception(
    $"libtorch {LibTorchInfo.ExpectedVersion} is not on this machine: {problem}. Check the sources with `dotnet nuget list source`, or "
        + "name an installed PyTorch in TORCH_DIR (python3 -c \"import torch; print(torch.__path__[0])\").");
