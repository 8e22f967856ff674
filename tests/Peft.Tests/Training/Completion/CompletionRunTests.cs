using System.Text.Json;
using Peft.Training;

namespace Peft.Tests.Training;

public sealed class CompletionRunTests : IDisposable
{
    private readonly OwnRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("lora")]
    [InlineData("adamix(lora)")]
    public void A_decoder_learns_to_complete_and_loads_back(string method)
    {
        var (result, observer) = _run.Train("run", Options() with { Method = method, Score = "dev" });
        Assert.True(result.Epochs[^1].Metrics["loss"] < result.Epochs[0].Metrics["loss"]);
        Assert.Equal(Math.Exp(result.Metrics["loss"]), result.Metrics["perplexity"], 9);
        Assert.Equal("likelihood", result.PrimaryMetric);
        Assert.Contains("bleu", result.Metrics.Keys);
        Assert.True(File.Exists(Path.Combine(_run.Output("run"), "generated.txt")));
        Assert.Contains(
            "2 of 24 examples are held out for development (--dev-fraction 0.1); --dev gives a file of your own", observer.Notes);
        using var trained = _run.Load("run");
        Assert.Equal(result.Metrics["loss"], trained.Evaluate().Metrics["loss"], 5);
        Assert.False(string.IsNullOrEmpty(trained.Predict(["where is Anna?"])[0].Answer));
        Assert.Contains("{content}", result.State!.Template);
    }

    [Fact]
    public void A_stopped_run_on_conversations_goes_on_to_the_same_end() =>
        _run.CheckResume(Options() with { Data = Conversations(), Epochs = 2, GradientAccumulation = 2 });

    [Fact]
    public void The_template_of_a_file_is_stored_in_the_run()
    {
        var template = _run.Write("template.json", ["""{"user":"Q: {content}\n","assistant":"A: {content}"}"""]);
        var (result, _) = _run.Train("run", Options() with { Template = template, MaxSteps = 1 });
        File.Delete(template);
        Assert.Contains("Q: {content}", result.State!.Template);
        using var trained = _run.Load("run");
        Assert.Single(trained.Predict(["where is Anna?"]));
    }

    [Theory]
    [InlineData("score", "test needs a file of test examples")]
    [InlineData("whole-words", "is not used by task completion")]
    [InlineData("metric", "'perplexity' does not select the epoch")]
    public void Options_of_other_tasks_are_refused(string option, string expected)
    {
        var options = option switch
        {
            "score" => Options() with { Score = "test" },
            "metric" => Options() with { Metric = "perplexity" },
            _ => Options() with { WholeWords = true },
        };
        var problem = Assert.Throws<TrainingOptionsException>(() => _run.Train("run", options));
        Assert.Equal(option, problem.Option);
        Assert.Contains(expected, problem.Message);
    }

    [Fact]
    public void An_encoder_cannot_complete() => Assert.Contains("cannot write texts", Assert.Throws<TrainingOptionsException>(
        () => _run.Train(
        "run", Options() with { Backbone = BackboneSource.Folder(BackboneSource.BuiltIn) })).Message);

    private TrainingOptions Options() => new()
    {
        Task = "completion", Epochs = 3, BatchSize = 8, MaxLength = 32,
        Data = _run.Write("data.jsonl", Enumerable.Range(0, 24).Select(at => JsonSerializer.Serialize(
            new { prompt = $"where is {(at % 2 == 0 ? "Anna" : "Peter")}?", completion = "The place is in the city." }))),
    };

    private string Conversations() => _run.Write("messages.jsonl", Enumerable.Range(0, 24).Select(at => JsonSerializer.Serialize(new
    {
        messages = ((string, string)[])[("user", $"where is {at}?"), ("assistant", "here"), ("user", "and now?"), ("assistant", "there")] is
            var turns ? turns.Select(turn => new { role = turn.Item1, content = turn.Item2 }) : null,
    })));
}
