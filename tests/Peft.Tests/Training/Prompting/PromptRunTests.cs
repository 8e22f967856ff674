using Peft.Models;
using Peft.Training;

namespace Peft.Tests.Training.Prompting;

/// <summary>Runs on prompts: training, the saved run, demonstrations, and backbones without a masked-word head.</summary>
public sealed class PromptRunTests : IDisposable
{
    private readonly OwnRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("full", 0, 2)]
    [InlineData("adamix(houlsby)", 0, 8)]
    [InlineData("lora", 1, 4)]
    public void It_learns_and_loads_back(string method, int demonstrations, int epochs)
    {
        var (result, _) = _run.Train("run", Options() with { Method = method, Demonstrations = demonstrations, Epochs = epochs });
        Assert.Equal("prompt", result.Task);
        Assert.Equal(0, result.Parameters.Head);
        Assert.True(result.Metrics["accuracy"] > 0.8, $"{result.Metrics["accuracy"]}");
        if (method == "full")
            Assert.Equal(result.Parameters.Backbone, result.Parameters.Trained);
        File.Delete(Path.Combine(_run.Folder, "my.yaml")); // the run holds the prompt
        using var trained = _run.Load("run");
        var evaluation = trained.Evaluate(new EvaluationOptions { MostErrors = 2 });
        Assert.Equal(result.Metrics["accuracy"], evaluation.Metrics["accuracy"], 6);
        Assert.NotNull(evaluation.Errors);
        var answers = trained.Predict(["the wine was superb", "the market was awful"]);
        Assert.Equal(["praise", "blame"], answers.Select(answer => answer.Answer));
        Assert.Equal(1, answers[0].Classes.Sum(one => one.Probability), 6);
        Assert.Contains("expected one text", Assert.Throws<PredictionTextException>(() => trained.Predict([("a", "b")])).Message);
    }

    [Fact]
    public void A_new_head_learns_the_same_files_without_the_template()
    {
        var (result, _) = _run.Train("run", Options() with { Task = "few-shot", Method = "full", Epochs = 4 });
        Assert.Equal("few-shot", result.Task);
        Assert.True(result.Parameters.Head > 0);
        Assert.True(result.Metrics["accuracy"] > 0.8, $"{result.Metrics["accuracy"]}");
        File.Delete(Path.Combine(_run.Folder, "my.yaml")); // the run holds the labels
        using var trained = _run.Load("run");
        Assert.Equal(result.Metrics["accuracy"], trained.Evaluate().Metrics["accuracy"], 6);
        Assert.Equal(["praise", "blame"], trained.Predict(["the wine was superb", "the market was awful"]).Select(answer => answer.Answer));
        Assert.Contains("expected one text", Assert.Throws<PredictionTextException>(() => trained.Predict([("a", "b")])).Message);
    }

    [Theory]
    [InlineData("prompt")]
    [InlineData("few-shot")]
    public void Test_rows_above_a_split_select_no_epoch(string task)
    {
        var split = Directory.CreateDirectory(Path.Combine(_run.Folder, "data", "8-1")).FullName;
        File.WriteAllLines(Path.Combine(split, "train.csv"), Enumerable.Range(0, 8).Select(row => $"{row % 2},word {row}"));
        File.WriteAllLines(Path.Combine(split, "..", "test.csv"), Enumerable.Range(0, 6).Select(row => $"{row % 2},text {row}"));
        var (result, _) = _run.Train("run", Options() with { Task = task, Data = split, Prompt = "mpqa", Epochs = 3 });
        Assert.Equal(3, result.SelectedEpoch);
        using var trained = _run.Load("run");
        Assert.Equal(6, trained.Evaluate().Rows);
        Assert.Equal(8, trained.Evaluate(Path.Combine(split, "train.csv")).Rows);
    }

    [Fact]
    public void A_stopped_run_goes_on_to_the_same_end() =>
        _run.CheckResume(Options() with { Demonstrations = 1, Epochs = 2, GradientAccumulation = 2, TrainLimit = 24 });

    [Fact]
    public void Options_of_the_loop_work()
    {
        var options = Options() with { Epochs = 1, TrainLimit = 16, ClassWeights = "balanced" };
        var plain = _run.Train("plain", options).Result;
        var recomputed = _run.Train("again", options with { RecomputeActivations = true }).Result;
        Assert.Equal(plain.Epochs.Select(epoch => epoch.TrainLoss), recomputed.Epochs.Select(epoch => epoch.TrainLoss));
    }

    [Fact]
    public void A_backbone_without_the_head_gets_an_untrained_one_and_says_so()
    {
        var source = BackboneSource.Folder(BackboneSource.BuiltIn);
        var headless = Path.Combine(_run.Folder, "headless");
        using (var encoder = Pretrained.Encoder(source))
            CheckpointWriter.Write(encoder, source, headless);
        var (result, observer) = _run.Train("run", Options() with { Backbone = headless, MaxSteps = 2 });
        Assert.Contains(observer.Notes, note => note.Contains("has no masked-word head, so that an untrained one is made",
            StringComparison.Ordinal));
        Assert.True(result.Parameters.Head > 0);
        using var trained = _run.Load("run");
        Assert.Equal(result.Metrics["accuracy"], trained.Evaluate().Metrics["accuracy"], 6);
    }

    [Fact]
    public void What_cannot_be_trained_is_refused()
    {
        void Refused(string option, string problem, TrainingOptions options)
        {
            var refused = Assert.Throws<TrainingOptionsException>(() => _run.Train("run", options));
            Assert.Equal(option, refused.Option);
            Assert.Contains(problem, refused.Problem);
        }

        Refused("prompt", "is missing; task prompt needs a template", Options() with { Prompt = null });
        Refused("backbone", "cannot predict masked words", Options() with { Backbone = "builtin-gpt2" });
        Refused("method", "head-only trains nothing here", Options() with { Method = "head-only" });
        Refused("max-length", "6 leaves no room for the text", Options() with { MaxLength = 6 });
        Refused("metric", "'f1' is none of the metrics", Options() with { Metric = "f1" });
        Refused("prompt", "is for task prompt, and this is classification", Options() with { Task = "classification" });
        Refused("demonstrations", "is for task prompt", Options() with { Task = "tokens", Prompt = null, Demonstrations = 1 });
        Refused("prompt", "is for task prompt", Options() with { Task = "sst2" });
        Assert.Contains("the word 'splendidly' of label 'blame' is", Assert.Throws<PromptException>(() => _run.Train(
            "run", Options(blame: "splendidly"))).Message);
    }

    private TrainingOptions Options(string blame = "bad")
    {
        string[] things = ["film", "food", "hotel", "song", "book", "game", "room", "story", "wine", "town"];
        return new TrainingOptions
        {
            Backbone = "builtin", Task = "prompt", Epochs = 3, BatchSize = 8, MaxLength = 48, Method = "lora",
            Data = _run.Write("own.csv", ["text,label", .. things.SelectMany(thing => (string[])
            [
                $"the {thing} was superb,praise", $"a wonderful {thing},praise", $"the {thing} was awful,blame",
                $"a horrible {thing},blame",
            ])]),
            Prompt = _run.Write("my.yaml", ["template: '{text} It was {mask}.'", "words:", $"  blame: {blame}", "  praise: good"]),
        };
    }
}
