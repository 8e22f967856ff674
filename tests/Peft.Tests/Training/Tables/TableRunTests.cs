using Peft.Methods;
using Peft.Training;

namespace Peft.Tests.Training.Tables;

/// <summary>From a file to a trained, stored and loaded model.</summary>
public sealed class TableRunTests : IDisposable
{
    private static readonly TrainingOptions s_short = new() { Backbone = "builtin", Epochs = 2, BatchSize = 8, MaxLength = 16, Threads = 1 };

    private readonly TableFiles _files = new();

    public void Dispose() => _files.Dispose();

    private string Run => Path.Combine(_files.Folder, "run");

    [Fact]
    public void A_csv_is_trained_on_stored_loaded_and_predicted_with()
    {
        var options = s_short with
        {
            Data = _files.WriteTickets("tickets.csv", 90), Test = _files.WriteTickets("held.csv", 12), Output = Run, Epochs = 4,
        };
        var result = TableFiles.Tuner().Run(options);
        Assert.Equal(("classification", 81, 9), (result.Task, result.TrainRows, result.DevRows));
        Assert.Equal(
            ["accuracy", "macro-f1", "matthews", "test_accuracy", "test_macro-f1", "test_matthews"], result.Metrics.Keys.Order());
        Assert.Equal(["billing", "delivery", "repair"], result.State!.Labels);
        Assert.Equal(9, result.Classes!.Confusion!.Sum(row => row.Sum()));
        Assert.True(result.Metrics["accuracy"] > 0.9);

        using var loaded = TrainedModel.Load(Run, Registry());
        Assert.Equal(result.Classes.Classes, loaded.Result.Classes!.Classes);
        Assert.Equal("delivery", loaded.Predict(["the parcel came late"])[0].Answer);
        var (metrics, rows) = loaded.Evaluate();
        Assert.Equal((result.Metrics["accuracy"], 9), (metrics["accuracy"], rows));
        var (_, all) = loaded.Evaluate(options.Test);
        Assert.Equal(12, all);
    }

    [Fact]
    public void Several_labels_have_thresholds_that_predictions_use()
    {
        var lines = Enumerable.Range(0, 90).Select(row => $$"""
            {"text":"{{(row % 2 == 0 ? "the bill was too high" : "thanks")}} {{(row % 3 == 0 ? "the parcel came late" : "")}} {{row}}","labels":[{{string.Join(',',
                new[] { row % 2 == 0 ? "\"billing\"" : null, row % 3 == 0 ? "\"delivery\"" : null }.OfType<string>())}}]}
            """);
        var options = s_short with { Task = "multi-label", Data = _files.Write("a.jsonl", lines), Output = Run, Epochs = 8 };
        var result = TableFiles.Tuner().Run(options);
        Assert.Equal("micro-f1", result.PrimaryMetric);
        Assert.Equal(["macro-f1", "micro-f1", "subset-accuracy"], result.Metrics.Keys.Order());
        Assert.Equal(2, result.State!.Thresholds!.Count);
        using var loaded = TrainedModel.Load(Run, Registry());
        var prediction = loaded.Predict(["the bill was too high the parcel came late 5"])[0];
        Assert.Equal(["billing", "delivery"], prediction.Labels!);
        Assert.Equal(result.Metrics["micro-f1"], loaded.Evaluate().Metrics["micro-f1"]);
    }

    [Fact]
    public void Targets_far_from_zero_are_learned_and_predicted_in_their_own_units()
    {
        var rows = Enumerable.Range(0, 90).Select(row => row % 2 == 0 ? $"the bill was too high {row},2010" : $"the parcel came late {row},1990");
        var options = s_short with
        {
            Task = "regression", Data = _files.Write("a.csv", ["text,score", .. rows]), Output = Run, Metric = "rmse", Epochs = 6,
        };
        var result = TableFiles.Tuner().Run(options);
        Assert.Equal("rmse", result.PrimaryMetric);
        Assert.Equal(result.Epochs.MinBy(epoch => epoch.Metrics["rmse"])!.Epoch, result.SelectedEpoch);
        Assert.True(result.Metrics["rmse"] < 10, $"{result.Metrics["rmse"]}");
        Assert.Equal(2000, result.State!.TargetMean!.Value, 1.0);
        using var loaded = TrainedModel.Load(Run, Registry());
        Assert.InRange(double.Parse(loaded.Predict(["the bill was too high 3"])[0].Answer, System.Globalization.CultureInfo.InvariantCulture), 1995, 2020);
        Assert.Equal(result.Metrics["rmse"], loaded.Evaluate().Metrics["rmse"], 1e-6);
    }

    [Fact]
    public void Pairs_are_trained_on()
    {
        var rows = Enumerable.Range(0, 40).Select(row => $"a bill {row},{(row % 2 == 0 ? "a bill" : "a parcel")},{(row % 2 == 0 ? 1 : 0)}");
        var options = s_short with { Data = _files.Write("a.csv", ["sentence1,sentence2,label", .. rows]), MaxSteps = 3 };
        using var trained = TableFiles.Tuner().Train(new TaskRegistry().Find("classification"), options);
        Assert.True(trained.Result.State!.IsPair);
        Assert.Equal("pair", string.Join(' ', trained.Result.State.Columns.Keys.Except(["text", "label"])));
        Assert.Throws<PredictionTextException>(() => trained.Predict(["one text"]));
    }

    [Theory]
    [InlineData("f1", "--metric: 'f1' is none of the metrics of task classification; expected one of accuracy, macro-f1, matthews")]
    [InlineData("macro_f1", "the nearest is 'macro-f1'")]
    public void A_metric_that_the_task_does_not_have_is_refused(string metric, string expected) => Assert.Contains(
        expected, Assert.Throws<TrainingOptionsException>(() => TableFiles.Tuner().Run(
            s_short with { Data = _files.WriteTickets("a.csv", 30), Metric = metric })).Message);

    [Fact]
    public void The_length_is_measured_and_cut_rows_are_counted()
    {
        var rows = Enumerable.Range(0, 200).Select(row => $"{string.Concat(Enumerable.Repeat("good ", row == 7 ? 300 : 10))},{"ab"[row % 2]}");
        var options = s_short with { Data = _files.Write("a.csv", ["text,label", .. rows]), MaxLength = 0, MaxSteps = 1 };
        var watching = new Watching();
        Assert.Equal(12, TableFiles.Tuner().Run(options, watching).Settings.MaxLength);
        Assert.Contains(watching.Notices, notice => notice.StartsWith("--max-length auto: texts may have 12 tokens", StringComparison.Ordinal));
        var cut = new Watching();
        TableFiles.Tuner().Run(options with { MaxLength = 8 }, cut);
        Assert.Contains(cut.Notices, notice => notice.Contains("(100%) have more than 8 tokens and are cut", StringComparison.Ordinal));
        Assert.Equal("auto", RunOption.Find("max-length")!.Text(options));
        Assert.Equal(0, RunOption.Find("max-length")!.With(options with { MaxLength = 5 }, "auto").MaxLength);
        Assert.Contains("1 is too small; expected auto, or a whole number of at least 3", Assert.Throws<TrainingOptionsException>(
            () => RunOption.Find("max-length")!.Check(options with { MaxLength = 1 })).Message);
    }

    private static MethodRegistry Registry() => new MethodRegistry().AddFrom(typeof(Lora).Assembly);
}
