using System.Text.RegularExpressions;

namespace Peft.Cli.Tests;

/// <summary>Commands that write say where, and the command that they suggest runs.</summary>
public sealed partial class NextStepTests : IDisposable
{
    private static readonly string[] s_short =
        ["--train-limit", "32", "--dev-limit", "16", "--epochs", "1", "--max-length", "24", "--batch-size", "16"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft next ").FullName; // with a space, as folders may have

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_suggested_after_writing_runs()
    {
        var run = Path.Combine(_folder, "run");
        AssertNext(run, "peft predict", ["train", "--output", run, .. s_short]);
        AssertNext(
            Path.Combine(_folder, "table"), "peft eval",
            ["compare", "--methods", "lora,head-only", "--output", Path.Combine(_folder, "table"), .. s_short]);
        AssertNext(Path.Combine(_folder, "merged"), "peft inspect", ["merge", run, "--into", Path.Combine(_folder, "merged")]);
        AssertNext(Path.Combine(_folder, "theirs"), "peft inspect", ["convert", run, Path.Combine(_folder, "theirs"), "--to", "hf-peft"]);
        AssertNext(
            Path.Combine(_folder, "texts"), "peft score",
            ["eval", Venues(), "--part", "dev", "--preset", "greedy", "--max-new-tokens", "4", "--output", Path.Combine(_folder, "texts")]);
    }

    [Fact]
    public void With_json_and_without_output_nothing_is_suggested()
    {
        Assert.DoesNotContain("next:", Cli.Run(["train", .. s_short]).Error);
        Assert.DoesNotContain(
            "next:", Cli.Run(["train", "--json", "--output", Path.Combine(_folder, "run"), .. s_short]).Error);
    }

    private string Venues()
    {
        var run = Path.Combine(_folder, "venues");
        var trained = Cli.Run(["train", "--task", "venues", "--output", run, "--max-steps", "1", .. s_short]);
        Assert.Contains($"peft: next: peft eval '{run}'", trained.Error);
        return run;
    }

    private static void AssertNext(string path, string starts, string[] command)
    {
        var result = Cli.Run(command);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"peft: written to {path}\n", result.Error);
        const string Mark = "peft: next: ";
        var next = Assert.Single(result.Error.Split('\n'), line => line.StartsWith(Mark, StringComparison.Ordinal))[Mark.Length..];
        Assert.StartsWith(starts, next);
        string[] words = [.. Word().Matches(next).Select(word => word.Groups[1].Value + word.Groups[2].Value + word.Groups[3].Value)];
        var followed = Cli.Run(words[1..]);
        Assert.True(followed.ExitCode == 0, $"{next}: {followed.Error}");
    }

    [GeneratedRegex("""'([^']*)'|"([^"]*)"|([^\s'"]+)""")]
    private static partial Regex Word();
}
