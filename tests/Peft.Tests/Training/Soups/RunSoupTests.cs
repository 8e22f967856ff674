using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training.Soups;

/// <summary>Averages of the weights of runs.</summary>
public sealed class RunSoupTests : IDisposable
{
    private readonly OwnRun _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void A_uniform_soup_is_the_mean_of_adapters_and_heads()
    {
        Train("a", 0.01);
        Train("b", 0.03);
        var found = Cook(SoupKind.Uniform, "a", "b");
        using var model = found.Model;
        Assert.All(found.Parts, part => Assert.True(part.IsUsed));
        using var greedy = Cook(SoupKind.Greedy, "a", "b").Model;
        Assert.True(greedy.Result.Metrics["accuracy"] >= found.Parts.Max(part => part.Metrics["accuracy"]));
        model.Save(_runs.Output("soup"));
        var (a, b, soup) = (Tensors("a"), Tensors("b"), Tensors("soup"));
        Assert.Equal(a.Keys, soup.Keys);
        Assert.Contains(soup.Keys, key => key.Contains("classifier", StringComparison.Ordinal));
        foreach (var (key, values) in soup)
            Assert.All(values.Index(), pair => Assert.Equal((a[key][pair.Index] + b[key][pair.Index]) / 2, pair.Item, 1e-6f));
        using var loaded = _runs.Load("soup");
        Assert.Equal(model.Result.Metrics, loaded.Evaluate(new EvaluationOptions()).Metrics);
        Assert.Contains("uniform average of", Assert.Single(loaded.Result.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_greedy_soup_tries_the_best_first_and_leaves_out_what_lowers_the_score()
    {
        var asked = new List<string>();
        var found = GreedySoup.Select([0.5, 0.9, double.NaN, 0.7], parts =>
        {
            asked.Add(string.Join(',', parts));
            return parts.Contains(3) ? 0.8 : 0.95;
        });
        Assert.Equal(["1,3", "1,0", "1,0,2"], asked);
        Assert.Equal([1, 0, 2], found.Experts);
        Assert.Equal(0.95, found.Score);
    }

    [Fact]
    public void A_fisher_soup_weighs_elements_between_the_runs()
    {
        Train("a", 0.01);
        Train("b", 0.03);
        using var model = Cook(SoupKind.Fisher, "a", "b").Model;
        model.Save(_runs.Output("soup"));
        var (a, b, soup) = (Tensors("a"), Tensors("b"), Tensors("soup"));
        var differing = 0;
        foreach (var (key, values) in soup)
        {
            for (var index = 0; index < values.Length; index++)
            {
                var (low, high) = (Math.Min(a[key][index], b[key][index]), Math.Max(a[key][index], b[key][index]));
                Assert.InRange(values[index], low - 1e-5, high + 1e-5);
                differing += Math.Abs(values[index] - ((low + high) / 2)) > 1e-4 ? 1 : 0;
            }
        }

        Assert.True(differing > 1000, $"{differing} elements differ from the mean");
    }

    [Fact]
    public void Runs_that_differ_are_refused_by_name()
    {
        Train("a", 0.01);
        _runs.Train("rank", Options(0.01) with { Settings = new Dictionary<string, string> { ["lora.rank"] = "4" } });
        _runs.Train("houlsby", Options(0.01) with { Method = "houlsby" });
        Refused("lora.rank is 4, and 8 in", "a", "rank");
        Refused("the method is houlsby, and lora in", "a", "houlsby");
        Refused("at least two runs", "a");
        Refused("is named twice", "a", "a");
        Assert.Throws<RunFolderException>(() => Cook(SoupKind.Uniform, "a", "nowhere"));

        void Refused(string message, params string[] runs) => Assert.Contains(
            message, Assert.Throws<RunSoupException>(() => Cook(SoupKind.Uniform, runs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_are_proportional_to_the_information_and_equal_without_any()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var weighted = SoupWeights.Weighted(
            [[Numbers(1, 2, 6)], [Numbers(5, 4, 8)]], [[Numbers(3, 0, 0)], [Numbers(1, 2, 0)]]);
        Assert.Equal([2, 4, 7], weighted[0].data<double>().ToArray());

        static TorchSharp.torch.Tensor Numbers(params double[] values) => TorchSharp.torch.tensor(values);
    }

    private SoupOutcome Cook(SoupKind kind, params string[] runs) => new RunSoup(_runs.Methods).Cook(
        [.. runs.Select(_runs.Output)], new SoupOptions { Kind = kind, FisherRows = 16, Device = "cpu" });

    private void Train(string name, double rate) => _runs.Train(name, Options(rate));

    private static TrainingOptions Options(double rate) => new()
    {
        Backbone = "builtin", Task = "builtin", Method = "lora", TrainLimit = 64, DevLimit = 48, Epochs = 1, BatchSize = 8,
        LearningRate = rate, MaxLength = 24,
    };

    private Dictionary<string, float[]> Tensors(string run)
    {
        using var file = SafetensorsFile.Open(Path.Combine(_runs.Output(run), "adapter", AdapterFolder.TensorsName));
        return file.Tensors.Keys.Order(StringComparer.Ordinal).ToDictionary(key => key, key =>
        {
            var bytes = new byte[file.Tensors[key].Shape.Aggregate(4L, (product, size) => product * size)];
            file.CopyTo(key, 0, bytes);
            var values = new float[bytes.Length / 4];
            Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
            return values;
        });
    }
}
