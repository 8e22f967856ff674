using System.Diagnostics;
using System.Runtime.Versioning;

namespace Peft.Packages.Tests;

/// <summary>The command installed as a .NET tool by a user with an empty home folder, away from the repository.</summary>
[Collection(PackedPackages.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class ToolTests : IDisposable
{
    private readonly PackageFeed _feed;
    private readonly string _home = Directory.CreateTempSubdirectory("peft-tool-").FullName;

    public ToolTests(PackageFeed feed) => _feed = feed;

    private string Work => Path.Combine(_home, "work");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task It_is_installed_restores_libtorch_once_and_trains()
    {
        SkipUnlessLinux();
        await Install(fallback: true);
        var doctor = await Peft("doctor");
        Assert.True(doctor.Code == 0, doctor.Text);
        Assert.Contains("libtorch 2.10.0 is not on this machine yet; restoring the package libtorch-cpu-linux-x64", doctor.Text);
        Assert.Contains("ok       libtorch: 2.10.0 from ", doctor.Text);

        var help = await Peft("demo", "--help");
        Assert.True(help.Code == 0, help.Text);
        Assert.Contains("peft demo", help.Text);

        var trained = await Peft(
            "train", "--backbone", "builtin", "--task", "builtin", "--max-steps", "2", "--dev-limit", "16", "--output", "run");
        Assert.True(trained.Code == 0, trained.Text);
        Assert.DoesNotContain("restoring", trained.Text);
        Assert.Contains("--max-steps 2 reached", trained.Text);
        Assert.True(File.Exists(Path.Combine(Work, "run", "result.json")));
        var predicted = await Peft("predict", "run", "--text", "good", "--top");
        Assert.Contains("positive\t", predicted.Text);
    }

    [Fact]
    public async Task Without_a_source_of_libtorch_it_says_what_to_do()
    {
        SkipUnlessLinux();
        await Install(fallback: false);
        var failed = await Peft("methods", "lora");
        Assert.Equal(1, failed.Code);
        Assert.Contains("peft: libtorch 2.10.0 is not on this machine: `dotnet restore` in ", failed.Text);
        Assert.Contains("TORCH_DIR", failed.Text);
        Assert.Contains("dotnet nuget list source", failed.Text);
    }

    private static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "the tool runs on Linux");

    /// <summary>Installs the tool from the feed alone; what this machine has restored can serve as a folder of packages.</summary>
    private async Task Install(bool fallback)
    {
        Directory.CreateDirectory(Work);
        var settings = Directory.CreateDirectory(Path.Combine(_home, ".nuget", "NuGet")).FullName;
        var folders = fallback ? $"<add key=\"others\" value=\"{Path.Combine(_feed.Root, "others")}\" />" : "";
        File.WriteAllText(Path.Combine(settings, "NuGet.Config"), $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{_feed.Packages}" /></packageSources>
              <fallbackPackageFolders><clear />{folders}</fallbackPackageFolders>
            </configuration>
            """);
        var installed = await Run("dotnet", ["tool", "install", "--global", "Peft.Tool"]);
        Assert.True(installed.Code == 0, installed.Text);
    }

    private Task<(int Code, string Text)> Peft(params string[] arguments) =>
        Run(Path.Combine(_home, ".dotnet", "tools", "peft"), arguments);

    private async Task<(int Code, string Text)> Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Work, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["HOME"] = _home;
        start.Environment["DOTNET_CLI_HOME"] = _home;
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath) is { } folder
            && File.Exists(Path.Combine(folder, "dotnet")) ? folder : Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment["DOTNET_NOLOGO"] = "true";
        foreach (var name in (string[])["NUGET_PACKAGES", "TORCH_DIR", "PEFT_CACHE", "XDG_CACHE_HOME", "COLUMNS"])
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(texts));
    }
}
