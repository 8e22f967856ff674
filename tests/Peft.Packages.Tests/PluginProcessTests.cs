using System.Diagnostics;
using System.Runtime.Versioning;

namespace Peft.Packages.Tests;

/// <summary>The command with plugins that end, hold or outlive the program, each in a process of its own.</summary>
public sealed class PluginProcessTests : IDisposable
{
    private const string Initializer = "[System.Runtime.CompilerServices.ModuleInitializer] internal static void Run()";

    private const string SlowEnd = "System.AppDomain.CurrentDomain.ProcessExit += (_, _) => System.Threading.Thread.Sleep(3000);"
        + "new System.Threading.Thread(() => System.Environment.Exit(0)).Start(); System.Threading.Thread.Sleep(1000);";

    private readonly PluginsFolder _folder = new();

    private static string Program => Path.Combine(Shell.Root, "artifacts", "bin", "Peft.Tool", "release", "Peft.Tool");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("System.Environment.Exit(0);", 1)]
    [InlineData("System.Environment.Exit(3);", 3)]
    [InlineData("var other = new System.Threading.Thread(() => System.Environment.Exit(0)); other.Start(); other.Join();", 1)]
    [InlineData(SlowEnd, 1)] // the plugin is loaded while the program is ending
    public async Task One_that_ends_the_program_is_named_and_the_command_fails(string code, int expected)
    {
        Add("Exits", code);
        var (exitCode, output, error) = await Run("methods", "lora");
        Assert.Equal(expected, exitCode);
        var file = Path.Combine(_folder.Plugins, "Exits", "Exits.dll");
        Assert.Contains($"{file}: the program was ended while this plugin was loaded", error);
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_thread_that_it_leaves_behind_does_not_hold_the_command()
    {
        Add("Thread", "new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start();");
        var (exitCode, output, _) = await Run("methods", "lora");
        Assert.Equal(0, exitCode);
        Assert.Contains("lora", output);
    }

    [Fact]
    public async Task One_that_never_returns_is_named_and_can_be_stopped()
    {
        Add("Slow", "System.Threading.Thread.Sleep(-1);");
        using var process = Start(Program, ["--plugins", _folder.Plugins, "methods", "lora"]);
        var line = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line?.EndsWith("(128 MB, once).", StringComparison.Ordinal) == true) // the first process with this home folder
            line = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Contains("Slow.dll takes long; after 30 s it is left out", line);
        Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_cannot_be_read_is_one_line_and_the_others_are_loaded()
    {
        Assert.SkipUnless(Environment.UserName != "root" || File.Exists("/usr/bin/setpriv"), "the superuser needs setpriv");
        _folder.Add("Good", Sources.Method("good"));
        var closed = Directory.CreateDirectory(Path.Combine(_folder.Plugins, "Closed")).FullName;
        foreach (var folder in (string[])[_folder.Plugins, Path.GetDirectoryName(_folder.Plugins)!])
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        string[] rest = [Program, "--plugins", _folder.Plugins, "methods", "good"];
        var (exitCode, output, error) = Environment.UserName == "root"
            ? await End(Start("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. rest])) : await End(Start(
                rest[0], rest[1..]));
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // it is removed later
        Assert.True(exitCode == 0, error);
        Assert.Contains($"{closed}: cannot be read", error);
        Assert.Contains("good", output);
    }

    [Theory]
    [InlineData("download", "a/b/c")]
    [InlineData("score", "--hyp", "none", "--ref", "none")]
    [InlineData("diff", "none", "none")]
    [InlineData("inspect", "none")]
    [InlineData("verify", "none")]
    [InlineData("train", "--write-config")]
    public async Task Commands_that_need_no_plugins_load_none(params string[] command)
    {
        var mark = _folder.Outside("ran");
        Add("Marks", $"System.IO.File.WriteAllText(@\"{mark}\", \"\");");
        await Run(command);
        Assert.False(File.Exists(mark));
        await Run("methods", "lora");
        Assert.True(File.Exists(mark));
    }

    private void Add(string name, string code) => _folder.Add(
        name, Sources.Method(name.ToLowerInvariant(), rest: $"static class Code {{ {Initializer} {{ {code} }} }}"));

    private Task<(int ExitCode, string Output, string Error)> Run(params string[] command) =>
        End(Start(Program, ["--plugins", _folder.Plugins, .. command]));

    private static async Task<(int ExitCode, string Output, string Error)> End(Process process)
    {
        using var owned = process;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, texts[0], texts[1]);
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = Path.GetTempPath();
        return Process.Start(start)!;
    }
}
