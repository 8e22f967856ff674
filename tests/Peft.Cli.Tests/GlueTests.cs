using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>GLUE's average and submission, and averages of runs, on the command line.</summary>
public sealed class GlueTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-glue-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_of_MNLI_scores_both_parts_and_predicts_the_test_files()
    {
        var glue = Mnli();
        var run = Train("mnli", glue, "1");
        using var scores = Json("eval", run, "--json");
        Assert.True(scores.RootElement.GetProperty("metrics").TryGetProperty("mismatched_accuracy", out _));

        using var rows = Json("glue", "scores", _folder, "--convention", "leaderboard", "--json");
        var row = Assert.Single(rows.RootElement.EnumerateArray());
        var metrics = scores.RootElement.GetProperty("metrics");
        Assert.Equal(
            (metrics.GetProperty("accuracy").GetDouble() + metrics.GetProperty("mismatched_accuracy").GetDouble()) / 2,
            row.GetProperty("scores").GetProperty("mnli").GetDouble(), 1e-9);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("average").ValueKind);
        Assert.Contains("the average needs all eight tasks", Cli.Run("glue", "scores", run).Output, StringComparison.Ordinal);

        var output = Path.Combine(_folder, "submission");
        var done = Cli.Run("glue", "submit", run, "--data", glue, "--output", output);
        Assert.True(done.ExitCode == 0, done.Error);
        Assert.Contains("no test rows for AX.tsv", done.Error, StringComparison.Ordinal);
        Assert.Contains("still missing: CoLA.tsv", done.Error, StringComparison.Ordinal);
        Assert.Equal(["MNLI-m.tsv", "MNLI-mm.tsv"], Directory.GetFiles(output).Select(Path.GetFileName).Order());
        var lines = File.ReadAllLines(Path.Combine(output, "MNLI-m.tsv"));
        Assert.Equal("index\tprediction", lines[0]);
        Assert.Matches("^1\t(entailment|neutral|contradiction)$", lines[2]);

        Assert.Contains("is the second run of task mnli", Cli.Run(
            "glue", "submit", run, run, "--data", glue, "--output", output).Error, StringComparison.Ordinal);
        Assert.Contains("holds no run", Cli.Run("glue", "scores", Path.Combine(_folder, "none")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_are_averaged_into_a_run()
    {
        var glue = Mnli();
        var (a, b, soup) = (Train("a", glue, "1"), Train("b", glue, "2"), Path.Combine(_folder, "soup"));
        var done = Cli.Run("merge", a, b, "--soup", "greedy", "--into", soup);
        Assert.True(done.ExitCode == 0, done.Error);
        Assert.Contains("| averaged |", done.Output, StringComparison.Ordinal);
        Assert.Equal(0, Cli.Run("eval", soup).ExitCode);
        var again = Cli.Run("merge", a, b, "--soup", "fisher", "--fisher-rows", "3", "--into", soup);
        Assert.Contains("holds an earlier run", again.Error, StringComparison.Ordinal);
        using var fisher = Json("merge", a, b, "--soup", "fisher", "--fisher-rows", "3", "--into", soup, "--overwrite", "--json");
        Assert.Equal(2, fisher.RootElement.GetProperty("runs").GetArrayLength());
        Refused("--soup: 'best' is not one of uniform, greedy, fisher", a, b, "--soup", "best", "--into", "x");
        Refused("give --soup to average runs", a, b, "--into", "x");
        Refused("--fisher-rows: needs --soup fisher", a, b, "--soup", "greedy", "--fisher-rows", "3", "--into", "x");
        Refused("--overwrite: needs --soup", a, "--overwrite", "--into", "x");
        Refused("an average needs at least two runs", a, "--soup", "uniform", "--into", "x");

        static void Refused(string message, params string[] arguments)
        {
            var failed = Cli.Run(["merge", .. arguments]);
            Assert.Equal(2, failed.ExitCode);
            Assert.Contains(message, failed.Error, StringComparison.Ordinal);
        }
    }

    private static JsonDocument Json(params string[] arguments)
    {
        var found = Cli.Run(arguments);
        Assert.True(found.ExitCode == 0, found.Error);
        return JsonDocument.Parse(found.Output);
    }

    private string Mnli()
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder, "glue", "MNLI")).FullName;
        string[] labels = ["entailment", "neutral", "contradiction"];
        string Rows(int count) => "sentence1\tsentence2\tgold_label\n" + string.Concat(Enumerable.Range(0, count).Select(row =>
            $"the film was good\tit was {labels[row % 3]}\t{labels[row % 3]}\n"));
        File.WriteAllText(Path.Combine(home, "train.tsv"), Rows(24));
        File.WriteAllText(Path.Combine(home, "dev_matched.tsv"), Rows(9));
        File.WriteAllText(Path.Combine(home, "dev_mismatched.tsv"), Rows(6));
        foreach (var part in (string[])["matched", "mismatched"])
            File.WriteAllText(Path.Combine(home, $"test_{part}.tsv"), "index\tsentence1\tsentence2\n0\ta film\tgood\n1\ta meal\tbad\n");
        return Path.Combine(_folder, "glue");
    }

    private string Train(string name, string data, string epochs)
    {
        var run = Path.Combine(_folder, name);
        var trained = Cli.Run(
            "train", "--task", "mnli", "--data", data, "--backbone", "builtin", "--method", "lora", "--epochs", epochs, "--max-length",
            "24", "--batch-size", "8", "--output", run);
        return trained.ExitCode == 0 ? run : throw new InvalidOperationException(trained.Error);
    }
}
