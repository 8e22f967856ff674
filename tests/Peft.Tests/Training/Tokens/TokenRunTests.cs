using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Runs on tagged sentences: methods, options of the loop, stored runs and predictions.</summary>
public sealed class TokenRunTests : IDisposable
{
    private readonly OwnRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("lora")]
    [InlineData("houlsby")]
    [InlineData("prefix")]
    [InlineData("adamix(lora)")]
    [InlineData("head-only")]
    public void Methods_learn_and_load_back(string method)
    {
        var (result, observer) = _run.Train("run", Options() with { Method = method });
        Assert.Contains("tags of scheme BIO", observer.Notes);
        Assert.Equal("f1", result.PrimaryMetric);
        Assert.Equal(["O", "B-LOC", "B-PER", "I-PER"], result.State!.Labels);
        Assert.Equal(TagScheme.Bio, result.State.Scheme);
        Assert.True(result.Epochs[^1].TrainLoss < result.Epochs[0].TrainLoss);
        using var trained = _run.Load("run");
        var (metrics, rows) = trained.Evaluate();
        Assert.Equal(8, rows);
        Assert.Equal(result.Metrics["f1"], metrics["f1"], 6);
        Assert.NotNull(trained.Predict(["Anna Smith visits Rome."])[0].Entities);
    }

    [Fact]
    public void Predictions_have_spans_of_the_given_text()
    {
        _run.Train("run", Options() with { Epochs = 6, LearningRate = 5e-3, BatchSize = 8 });
        using var trained = _run.Load("run");
        const string Text = "  Anna Smith visits\tRome.";
        var prediction = Assert.Single(trained.Predict([Text]));
        Assert.Equal(["PER", "LOC"], prediction.Entities!.Select(entity => entity.Label));
        Assert.All(prediction.Entities!, entity => Assert.Equal(Text[entity.Start..entity.End], entity.Text));
        Assert.Equal("PER: Anna Smith; LOC: Rome", prediction.Answer);
        Assert.All(prediction.Entities!, entity => Assert.InRange(entity.Probability, 0.25, 1));
    }

    [Fact]
    public void A_stopped_run_goes_on_to_the_same_end() => _run.CheckResume(Options() with { Method = "adamix(lora)", Epochs = 2 });

    [Fact]
    public void Recomputed_activations_give_the_same_run()
    {
        var plain = _run.Train("plain", Options()).Result;
        var recomputed = _run.Train("recomputed", Options() with { RecomputeActivations = true }).Result;
        Assert.Equal(plain.Epochs.Select(epoch => epoch.TrainLoss), recomputed.Epochs.Select(epoch => epoch.TrainLoss));
        Assert.Equal(_run.Weights("plain"), _run.Weights("recomputed"));
    }

    [Fact]
    public void Accumulated_batches_and_a_bfloat16_backbone_train()
    {
        var result = _run.Train("run", Options() with { BackboneDtype = "bfloat16", BatchSize = 4, GradientAccumulation = 3 }).Result;
        Assert.True(result.Epochs[^1].TrainLoss < result.Epochs[0].TrainLoss);
        using var trained = _run.Load("run");
        Assert.Single(trained.Predict(["Anna visits Rome"]));
    }

    [Theory]
    [InlineData("iob1", "tags of scheme IOB1, converted to BIO", "O B-LOC B-PER I-PER", "f1")]
    [InlineData("bioes", "tags of scheme BIOES", "O B-PER E-PER S-LOC S-PER", "strict-f1")]
    [InlineData("plain", "tags without prefixes such as B- and I-: words are scored, and no entities", "LOC PER X", "accuracy")]
    public void Schemes_are_found(string scheme, string notice, string labels, string metric)
    {
        var file = _run.Write("train.txt", Sentences(40, scheme));
        var (result, observer) = _run.Train("run", Options() with { Train = file, Metric = metric, Epochs = 1 });
        Assert.Contains(notice, observer.Notes);
        Assert.Equal(labels, string.Join(' ', result.State!.Labels));
        Assert.Equal(metric, result.PrimaryMetric);
        if (scheme != "plain")
            return;
        using var trained = _run.Load("run");
        Assert.Equal(["Anna", "visits", "Rome", "."], trained.Predict(["Anna visits Rome."])[0].Entities!.Select(word => word.Text));
    }

    [Fact]
    public void Test_sentences_are_scored_once_and_long_ones_are_divided()
    {
        var test = _run.Write("test.conll", [.. Enumerable.Range(0, 60).Select(at => at % 3 == 0 ? "Rome\tB-LOC" : "old\tO"), "", "a\tO"]);
        var (result, observer) = _run.Train("run", Options() with { Test = test, MaxLength = 16, Epochs = 1 });
        Assert.InRange(result.Metrics["test_f1"], 0, 1);
        Assert.Contains("1 test sentence of more than 16 tokens divided into windows; every word is in one", observer.Notes);
    }

    [Theory]
    [InlineData("a O|b O||c O", "every word has the tag 'O'; expected at least 2 different tags")]
    [InlineData("a O|b B-X", "has 1 sentence, so that none can be held out for development; expected at least 2, or give --dev")]
    public void Data_that_cannot_be_trained_on_are_refused(string lines, string expected)
    {
        var file = _run.Write("small.conll", lines.Split('|'));
        var problem = Assert.Throws<TooFewExamplesException>(() => _run.Train("run", Options() with { Train = file, Dev = null }));
        Assert.Contains(expected, problem.Message);
        Assert.False(Directory.Exists(_run.Output("run")));
    }

    [Theory]
    [InlineData("f2", "--metric: 'f2' does not select the epoch of task tokens; the nearest is 'f1'; there are f1, precision,")]
    [InlineData("support-PER", "--metric: 'support-PER' does not select the epoch of task tokens")]
    public void Other_metrics_are_refused_before_training(string metric, string expected) => Assert.StartsWith(
        expected, Assert.Throws<TrainingOptionsException>(() => _run.Train("run", Options() with { Metric = metric })).Message);

    [Fact]
    public void Columns_of_CoNLL_files_are_numbers() => Assert.Contains("'tags' is no column of a CoNLL file", Assert.Throws<
        TrainingOptionsException>(() => _run.Train("run", Options() with { LabelColumn = "tags" })).Message);

    [Fact]
    public void A_development_tag_that_training_lacks_is_noted_and_not_an_error()
    {
        var dev = _run.Write("other.conll", ["Anna\tB-PER", "flies\tB-EVENT", "", "a\tO"]);
        var (result, observer) = _run.Train("run", Options() with { Dev = dev, Epochs = 1, MaxSteps = 1 });
        Assert.Contains("development tags that no training word has, so that they cannot be predicted: B-EVENT", observer.Notes);
        Assert.Equal(1, result.Classes!.Classes.Single(type => type.Label == "EVENT").Rows);
    }

    private TrainingOptions Options() => new()
    {
        Task = "ner", Train = _run.Write("train.conll", Sentences(40, "bio")), Dev = _run.Write("dev.conll", Sentences(8, "bio")),
        Backbone = "builtin", Epochs = 3, BatchSize = 8, MaxLength = 24,
    };

    private static IEnumerable<string> Sentences(int count, string scheme)
    {
        string[] names = ["Anna", "Peter", "Maria", "John"], cities = ["Paris", "Rome", "Oslo"];
        for (var at = 0; at < count; at++)
        {
            var (isLong, city) = (at % 2 == 0, cities[at % 3]);
            string[] tags = scheme switch
            {
                "iob1" => ["I-PER", "I-PER", "O", "I-LOC"],
                "bioes" => [isLong ? "B-PER" : "S-PER", "E-PER", "O", "S-LOC"],
                "plain" => ["PER", "PER", "X", "LOC"],
                _ => ["B-PER", "I-PER", "O", "B-LOC"],
            };
            yield return $"{names[at % 4]}\t{tags[0]}";
            if (isLong)
                yield return $"Smith\t{tags[1]}";
            yield return $"visits\t{tags[2]}";
            yield return $"{city}\t{tags[3]}";
            yield return $".\t{tags[2]}";
            yield return "";
        }
    }
}
