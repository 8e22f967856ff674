using System.Text.Json;

namespace Peft.Cli.Tests;

public sealed class DiffTests : IDisposable
{
    private static readonly string[] s_short = ["--train-limit", "64", "--dev-limit", "32", "--epochs", "1", "--max-length", "32"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-diff-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_exit_code_says_whether_two_runs_are_the_same()
    {
        string[] runs = [.. ((string[])["1", "2"]).Select(seed => Path.Combine(_folder, "seed" + seed))];
        foreach (var run in runs)
            Assert.Equal(0, Cli.Run(["train", "--method", "lora", "--seed", run[^1..], "--output", run, .. s_short]).ExitCode);
        var same = Cli.Run("diff", runs[0], Path.Combine(runs[0], "adapter"));
        Assert.Equal(0, same.ExitCode);
        Assert.Contains("all the same", same.Output, StringComparison.Ordinal);
        var other = Cli.Run("diff", runs[0], runs[1], "--json");
        Assert.Equal(1, other.ExitCode);
        using var report = JsonDocument.Parse(other.Output);
        Assert.False(report.RootElement.GetProperty("same").GetBoolean());
        var difference = report.RootElement.GetProperty("differences")[0];
        Assert.Equal("values", difference.GetProperty("problem").GetString());
        Assert.True(difference.GetProperty("maxAbsolute").GetDouble() > 0);
        Assert.Contains("elements differ", Cli.Run("diff", runs[0], runs[1]).Output, StringComparison.Ordinal);
        Assert.Equal(0, Cli.Run("diff", runs[0], runs[1], "--tolerance", "1000").ExitCode);
        Assert.Equal(2, Cli.Run("diff", runs[0], runs[1], "--tolerance", "-1").ExitCode);
        Assert.Contains("no such file", Cli.Run("diff", runs[0], Path.Combine(_folder, "none")).Error, StringComparison.Ordinal);
    }
}
