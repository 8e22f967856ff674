using System.Diagnostics;
using System.Runtime.Versioning;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>Runs and adapters of the wrong kind, folders that cannot be read, pipes in them, and patterns that take for ever.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private static readonly string[] s_short =
        ["--train-limit", "16", "--dev-limit", "8", "--epochs", "1", "--max-steps", "2", "--max-length", "16",
        "--batch-size", "8"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-folder-").FullName;

    private string Run => Path.Combine(_folder, "run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("run")]
    [InlineData("run/adapter")]
    public void Generate_says_that_an_adapter_is_a_classifier(string folder)
    {
        Train();
        string[][] backbones = [[], ["--backbone", "builtin-gpt2"]];
        foreach (var backbone in backbones)
            AssertRefused(
                PeftCommand.Usage, ["generate", "--adapter", Path.Combine(_folder, folder), "--prompt", "a", .. backbone],
                "holds a classifier (", "peft predict");
    }

    [Fact]
    public void Predict_says_that_a_run_is_a_language_model()
    {
        foreach (var part in (string[])["train.txt", "valid.txt"])
            File.WriteAllLines(Path.Combine(_folder, part), Enumerable.Range(0, 20).Select(line => $"a line of text with number {line}"));
        Train("--backbone", "builtin-gpt2", "--task", "text", "--data", _folder);
        AssertRefused(
            PeftCommand.Usage, ["predict", Run, "--text", "a"], "holds a language model of plain text", "peft generate --adapter");
    }

    [Theory]
    [InlineData("adapter/adapter.json")]
    [InlineData("result.json")]
    public void A_pipe_or_device_in_place_of_a_file_is_refused(string name)
    {
        Train();
        var file = Path.Combine(Run, name);
        File.Delete(file);
        Process.Start("mkfifo", [file])!.WaitForExit();
        AssertRefused(PeftCommand.Failure, ["predict", Run, "--text", "a"], $"{file} cannot be read (", "is a pipe");
        File.Delete(file);
        File.CreateSymbolicLink(file, "/dev/zero");
        AssertRefused(PeftCommand.Failure, ["predict", Run, "--text", "a"], $"{file} cannot be read (", "is a character device");
    }

    [Fact]
    public void A_configuration_that_is_a_pipe_is_refused()
    {
        var file = Path.Combine(_folder, "adapter_config.json");
        Process.Start("mkfifo", [file])!.WaitForExit();
        AssertRefused(
            PeftCommand.Failure, ["merge", _folder, "--into", Run, "--backbone", "builtin"], $"{file}: cannot be read (", "is a pipe");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_cannot_be_read_is_said_to_be_so()
    {
        Assert.SkipUnless(Environment.UserName != "root" || File.Exists("/usr/bin/setpriv"), "the superuser needs setpriv");
        Train();
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        var closed = Path.Combine(Run, "adapter");
        File.SetUnixFileMode(closed, UnixFileMode.None);
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        File.SetUnixFileMode(home, (UnixFileMode)0b111_111_111);
        var nobody = Environment.UserName == "root" ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : "";
        using var process = HubRepository.Start(
            $"HOME={home} exec {nobody} \"$0\" \"$@\"", "merge", closed, "--into", Path.Combine(_folder, "into"),
            "--backbone", "builtin");
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // it is removed later
        Assert.Contains("cannot be read (", error);
        Assert.Contains("denied", error);
        Assert.DoesNotContain("holds no", error);
    }

    [Theory]
    [InlineData("\"targets\": []", "\"targets\": [{\"text\": \"re:(((.*)*)*)\\\\1x\"}]", "takes more than a second")]
    [InlineData("\"targets\": []", "\"targets\": [{\"text\": \"re:(\"}]", "no regular expression")]
    [InlineData("\"overrides\": {}", "\"overrides\": {\"rank\": \"4\"}", "the override 'rank'")]
    [InlineData("\"rank\": \"8\"", "\"rank\": \"2147483647\"", "adapter.json asks for at least")]
    [InlineData("\"rank\": \"8\"", "\"rank\": \"20000000\"", "adapter.json asks for at least")]
    [InlineData("\"mixture\": null", "\"mixture\": {\"experts\": 2147483647}", "experts is 2147483647")]
    public void Values_of_an_adapter_that_take_for_ever_are_refused(string before, string after, string said)
    {
        Train();
        var file = Path.Combine(Run, "adapter", "adapter.json");
        var text = File.ReadAllText(file);
        Assert.Contains(before, text);
        File.WriteAllText(file, text.Replace(before, after, StringComparison.Ordinal));
        AssertRefused(null, ["predict", Run, "--text", "a"], said);
    }

    [Fact]
    public void Stray_folders_beside_snapshots_are_skipped_with_a_notice()
    {
        string[] more = ["--snapshot-every", "1"];
        Train(more);
        var snapshots = Path.Combine(Run, "snapshots");
        string[] strays = ["step-", "step-abc", "step-99999999999999999999", "step-5", "step--0000001", "step-00000003x"];
        foreach (var stray in strays)
            Directory.CreateDirectory(Path.Combine(snapshots, stray));
        File.WriteAllText(Path.Combine(snapshots, "step-00000009"), "a file");
        var resumed = Cli.Run(["train", "--output", Run, "--resume", .. s_short, .. more]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains("resumed from the snapshot of step 2", resumed.Error);
        foreach (var stray in strays.Append("step-00000009"))
        {
            Assert.Contains($"{Path.Combine(snapshots, stray)} is skipped", resumed.Error);
            Assert.True(Path.Exists(Path.Combine(snapshots, stray)));
        }
    }

    [Theory]
    [InlineData("SHA256SUMS")]
    [InlineData("state.safetensors")]
    public void A_snapshot_that_is_a_pipe_is_not_used(string name)
    {
        string[] more = ["--snapshot-every", "1"];
        Train(more);
        var file = Path.Combine(Run, "snapshots", "step-00000002", name);
        File.Delete(file);
        Process.Start("mkfifo", [file])!.WaitForExit();
        var resumed = Cli.Run(["train", "--output", Run, "--resume", .. s_short, .. more]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains("the snapshot of step 2 is damaged and not used (", resumed.Error);
        Assert.Contains("resumed from the snapshot of step 1", resumed.Error);
    }

    private void Train(params string[] more)
    {
        var trained = Cli.Run(["train", "--output", Run, .. s_short, .. more]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.True(File.Exists(Path.Combine(Run, RunResult.FileName)));
    }

    private static void AssertRefused(int? exitCode, string[] command, params string[] parts)
    {
        var result = Cli.Run(command);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(exitCode ?? result.ExitCode, result.ExitCode);
        Assert.StartsWith("peft: ", Assert.Single(result.Error.TrimEnd().Split('\n')));
        Assert.All(parts, part => Assert.Contains(part, result.Error));
        Assert.DoesNotContain("PEFT_DEBUG", result.Error); // which marks an exception of .NET
    }
}
