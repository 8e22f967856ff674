namespace Peft.Data.Tests.Tasks;

/// <summary>Averages over GLUE's tasks, MNLI's two parts, and files for GLUE's server.</summary>
public sealed class GlueScoresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-glue-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The AdaMix rows of the paper's tables 1 and 2, whose averages are printed beside.</summary>
    [Theory]
    [InlineData(GlueConvention.Accuracy, 89.9, new[] { 90.9, 95.4, 97.1, 92.3, 89.8, 91.9, 94.1, 70.2, 89.2, 92.4 })]
    [InlineData(GlueConvention.F1, 84.5, new[] { 84.7, 91.5, 92.4, 90.7, 87.6, 89.5, 92.4, 62.9, 74.7, 89.9 })]
    public void The_average_of_a_published_row_is_the_printed_one(GlueConvention convention, double printed, double[] row)
    {
        var metrics = new Dictionary<string, Dictionary<string, double>>
        {
            ["mnli"] = new() { ["accuracy"] = row[0], ["mismatched_accuracy"] = 0 },
            ["qnli"] = new() { ["accuracy"] = row[1] },
            ["sst2"] = new() { ["accuracy"] = row[2] },
            ["qqp"] = new() { ["accuracy"] = row[3], ["f1"] = row[4] },
            ["mrpc"] = new() { ["accuracy"] = row[5], ["f1"] = row[6] },
            ["cola"] = new() { ["matthews"] = row[7], ["accuracy"] = 0 },
            ["rte"] = new() { ["accuracy"] = row[8] },
            ["stsb"] = new() { ["pearson"] = row[9], ["spearman"] = 0 },
        };
        var scores = GlueScores.Tasks.ToDictionary(
            task => task.Name, task => GlueScores.Score(task, metrics[task.Name], convention)!.Value);
        Assert.Equal(printed, GlueScores.Average(scores)!.Value, 0.051);
        scores.Remove("rte");
        Assert.Null(GlueScores.Average(scores));
    }

    [Fact]
    public void The_leaderboard_averages_a_tasks_metrics_first()
    {
        Assert.Equal(["accuracy", "mismatched_accuracy"], GlueScores.MetricsOf(GlueTasks.Mnli, GlueConvention.Leaderboard));
        Assert.Equal(["pearson", "spearman"], GlueScores.MetricsOf(GlueTasks.Stsb, GlueConvention.Leaderboard));
        Assert.Equal(["accuracy", "f1"], GlueScores.MetricsOf(GlueTasks.Qqp, GlueConvention.Leaderboard));
        Assert.Equal(["matthews"], GlueScores.MetricsOf(GlueTasks.Cola, GlueConvention.Leaderboard));
        Assert.Equal(0.75, GlueScores.Score(
            GlueTasks.Mnli, new Dictionary<string, double> { ["accuracy"] = 0.7, ["mismatched_accuracy"] = 0.8 },
            GlueConvention.Leaderboard)!.Value, 1e-12);
        Assert.Null(GlueScores.Score(GlueTasks.Cola, new Dictionary<string, double>(), GlueConvention.Accuracy));
    }

    [Fact]
    public void MNLIs_mismatched_part_is_read_beside_the_matched_one()
    {
        const string Header = "sentence1\tsentence2\tgold_label\n";
        Write("train.tsv", Header + "a\tb\tneutral\n");
        Write("dev_matched.tsv", Header + "c\td\tentailment\n");
        Assert.Empty(TaskData.Load("mnli", _folder).Further);
        Write("dev_mismatched.tsv", Header + "e\tf\tcontradiction\ng\th\tneutral\n");
        var part = Assert.Single(TaskData.Load("mnli", _folder).Further);
        Assert.Equal("mismatched_", part.Key);
        Assert.Equal(new Example("e", "f", 2), part.Value.Examples[0]);
        Assert.Single(TaskData.Load("mnli", _folder, new TaskLoadOptions { DevLimit = 1 }).Further["mismatched_"].Examples);
    }

    [Fact]
    public void Predictions_have_the_servers_names_labels_and_index()
    {
        var byName = GlueSubmission.All.ToDictionary(one => one.OutputFile);
        Assert.Equal(
            ["AX.tsv", "CoLA.tsv", "MNLI-m.tsv", "MNLI-mm.tsv", "MRPC.tsv", "QNLI.tsv", "QQP.tsv", "RTE.tsv", "SST-2.tsv", "STS-B.tsv"],
            byName.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("contradiction", "not_entailment", "1", "1"), (
            byName["AX.tsv"].Format(2, null), byName["RTE.tsv"].Format(1, null), byName["CoLA.tsv"].Format(1, null),
            byName["QQP.tsv"].Format(1, null)));
        Assert.Equal(("5.000", "0.000", "2.346"), (
            byName["STS-B.tsv"].Format(-1, 5.3), byName["STS-B.tsv"].Format(-1, -1), byName["STS-B.tsv"].Format(-1, 2.3456)));

        Directory.CreateDirectory(Path.Combine(_folder, "QQP"));
        Write("QQP/test.tsv", "id\tquestion1\tquestion2\n7\twho\twhom\n");
        var qqp = byName["QQP.tsv"];
        Assert.Equal(("7", "who", "whom"), Assert.Single(qqp.Read(qqp.Find(_folder)!)));
        Assert.Null(byName["RTE.tsv"].Find(_folder));
        Write("test.tsv", "index\tsentence\n0\ta \"quoted\" text\n1\tb\n");
        var cola = byName["CoLA.tsv"];
        Assert.Equal("a \"quoted\" text", cola.Read(cola.Find(_folder)!)[0].Text);
        var written = cola.Write(Path.Combine(_folder, "out"), [("0", "1"), ("1", "0")]);
        Assert.Equal("index\tprediction\n0\t1\n1\t0\n", File.ReadAllText(written));
        Assert.Equal("CoLA.tsv", Path.GetFileName(written));

        Write("test.tsv", "index\ttext\n0\ta\n");
        Assert.Contains("need the column sentence; found index, text", Assert.Throws<TaskHeaderException>(
            () => cola.Read(Path.Combine(_folder, "test.tsv"))).Message, StringComparison.Ordinal);
        Write("test.tsv", "index\tsentence\n0\ta\tb\n");
        Assert.Contains("test.tsv:2: expected 2 columns", Assert.Throws<TaskFileFormatException>(
            () => cola.Read(Path.Combine(_folder, "test.tsv"))).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
