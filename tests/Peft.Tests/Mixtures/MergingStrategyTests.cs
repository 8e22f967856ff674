using Peft.Tests.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

public sealed class MergingStrategyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_greedy_soup_takes_in_by_score_what_does_not_lower_it()
    {
        using var bench = new Bench();
        var router = Make(bench, "houlsby", 4).Router!;
        var scores = new Dictionary<string, double>
        {
            ["0"] = 0.5, ["1"] = 0.8, ["2"] = 0.6, ["3"] = 0.7, ["1,3"] = 0.75, ["1,2"] = 0.8, ["0,1,2"] = 0.79,
        };
        var asked = new List<string>();
        var soup = GreedySoup.Choose(router, () =>
        {
            Assert.Equal(MixtureInference.Merged, router.Inference);
            var members = string.Join(',', router.Weights!.Scalars!.Index().Where(pair => pair.Item > 0).Select(pair => pair.Index));
            asked.Add(members);
            return scores[members];
        });
        Assert.Equal(["0", "1", "2", "3", "1,3", "1,2", "0,1,2"], asked);
        Assert.Equal([1, 2], soup.Experts);
        Assert.Equal(0.8, soup.Score);
        Assert.Equal([0, 0.5, 0.5, 0], router.Weights!.Scalars!);
    }

    [Fact]
    public void A_soup_is_the_average_of_its_experts_live_and_in_files()
    {
        using var bench = new Bench();
        var adapter = Make(bench, "houlsby", 3);
        double Score() => -nn.functional.cross_entropy(bench.Forward(), TinyEncoder.Labels()).ToDouble();
        var soup = GreedySoup.Choose(adapter.Router!, Score);
        Assert.True(soup.Score >= soup.Alone.Max());
        Assert.Equal(soup.Score, Score(), 1e-6);
        adapter.Router!.Weights = ExpertWeights.Normalize(1, 0, 1);
        var half = bench.Forward();
        foreach (var (key, value) in adapter.MergedTensors())
        {
            var experts = adapter.NamedParameters.Where(pair => pair.Key.StartsWith(key, StringComparison.Ordinal))
                .Select(pair => (Tensor)pair.Parameter).ToList();
            Assert.True(Bench.Difference(value, experts.Count == 1 ? experts[0] : (experts[0] + experts[2]) / 2) <= 1e-6, key);
        }

        foreach (var merged in (bool[])[false, true])
        {
            AdapterFolder.Save(bench.Model, _folder, merged ? AdapterForm.Merged : AdapterForm.Trained);
            using var other = new Bench();
            AdapterFolder.Load(other.Model, _folder, Bench.Registry);
            Assert.True(Bench.Difference(other.Forward(), half) <= 1e-6);
        }

        Bench.Perturb(adapter, 77);
        Assert.True(Bench.Difference(bench.Forward(), half) > 1e-3); // of the live experts, never of kept averages
    }

    [Fact]
    public void A_score_that_fails_leaves_the_mixture_as_it_was()
    {
        using var bench = new Bench();
        var router = Make(bench, "lora", 3).Router!;
        router.Inference = MixtureInference.Fixed;
        Assert.Throws<SoupScoreException>(() => GreedySoup.Choose(router, () => double.NaN));
        Assert.Throws<TimeoutException>(new Action(() => GreedySoup.Choose(router, () => throw new TimeoutException())));
        Assert.Null(router.Weights);
        Assert.Equal(MixtureInference.Fixed, router.Inference);
        foreach (var weights in (double[][])[[0, 0, 0], [1, -1, 1], [double.NaN, 1, 1]])
            Assert.Throws<ExpertWeightsException>(() => ExpertWeights.Normalize(weights));
        router.Weights = ExpertWeights.Normalize(1, 1);
        router.Inference = MixtureInference.Merged;
        Assert.Contains("2 for 3 experts", Assert.Throws<ExpertWeightsException>(() => bench.Forward()).Message);
    }

    [Fact]
    public void Fisher_merging_weighs_each_element_by_its_squared_gradients()
    {
        using var bench = new Bench();
        var adapter = Make(bench, "houlsby", 3);
        var rows = Enumerable.Range(0, 3).Select(row => bench.Inputs.TakeRows(tensor(new long[] { row }))).ToList();
        Tensor Loss(int row) =>
            nn.functional.cross_entropy(bench.Model.Run(() => bench.Classifier.call(rows[row])), TinyEncoder.Labels().narrow(0, row, 1));
        using var weights = FisherMerging.Estimate(adapter, 3, Loss);
        Assert.Same(weights, adapter.Router!.Weights);
        Assert.All(bench.Model.TrainableParameters, pair => Assert.Null(pair.Parameter.grad));
        var got = adapter.MergedTensors();

        // By hand: with expert m everywhere, the sum of squared gradients over rows.
        var fisher = new Dictionary<string, Tensor>();
        for (var expert = 0; expert < 3; expert++)
        {
            for (var row = 0; row < 3; row++)
            {
                adapter.Router.Use(adapter.Router.Everywhere(expert));
                nn.functional.cross_entropy(bench.Classifier.call(rows[row]), TinyEncoder.Labels().narrow(0, row, 1)).backward();
                foreach (var (key, parameter) in adapter.NamedParameters.Where(pair => pair.Parameter.grad is not null))
                {
                    var squared = parameter.grad!.pow(2);
                    fisher[key] = fisher.TryGetValue(key, out var sum) ? sum + squared : squared;
                    parameter.grad = null!;
                }
            }
        }

        var values = adapter.NamedParameters.ToDictionary(pair => pair.Key, pair => (Tensor)pair.Parameter);
        var mixed = got.Keys.Where(key => values.ContainsKey(key + ".0")).ToList();
        Assert.NotEmpty(mixed);
        foreach (var key in mixed)
        {
            var f = stack(Enumerable.Range(0, 3).Select(expert => fisher[$"{key}.{expert}"]));
            var expected = (f * stack(Enumerable.Range(0, 3).Select(expert => values[$"{key}.{expert}"]))).sum([0]) / f.sum([0]);
            Assert.True(Bench.Difference(got[key], expected.detach()) <= 1e-4, key);
        }

        var merged = bench.Forward();
        AdapterFolder.Save(bench.Model, _folder, AdapterForm.Merged);
        using var other = new Bench();
        AdapterFolder.Load(other.Model, _folder, Bench.Registry);
        Assert.True(Bench.Difference(other.Forward(), merged) <= 1e-6);
        Assert.Contains("merged", Assert.Throws<AdapterFolderException>(() => AdapterFolder.Save(bench.Model, _folder)).Message);
        adapter.Router.Weights = null;
        Assert.True(Bench.Difference(bench.Forward(), merged) > 1e-4);
    }

    [Fact]
    public void Fisher_merging_refuses_what_it_cannot_use()
    {
        using var bench = new Bench();
        var adapter = Make(bench, "lora", 3);
        bench.Add("plain", "lora", 3);
        Tensor Loss(int batch) => bench.Model.Run(() => bench.Classifier.call(bench.Inputs)).sum() * double.PositiveInfinity;
        Assert.Throws<ExpertWeightsException>(() => FisherMerging.Estimate(bench.Adapters["plain"], 1, Loss));
        Assert.Throws<ExpertWeightsException>(() => FisherMerging.Estimate(adapter, 0, Loss));
        Assert.Contains("not finite", Assert.Throws<ExpertWeightsException>(() => FisherMerging.Estimate(adapter, 1, Loss)).Message);
        Assert.Null(adapter.Router!.Weights);
    }

    [Fact]
    public void Predictive_entropy_is_split_into_what_members_expect_and_what_they_disagree_on()
    {
        var sure = tensor(new[] { 40.0, 0, 0, 40 }, 2, 1, 2); // two members, each certain, of different classes
        var of = PredictiveDistribution.FromLogits(sure);
        Assert.Equal(Math.Log(2), of.Total.item<double>(), 1e-9);
        Assert.Equal(0, of.Expected.item<double>(), 1e-9);
        Assert.Equal(Math.Log(2), of.MutualInformation.item<double>(), 1e-9);
        var torn = PredictiveDistribution.FromLogits(zeros([2, 1, 4], dtype: ScalarType.Float64)); // each member torn, all alike
        Assert.Equal(Math.Log(4), torn.Expected.item<double>(), 1e-9);
        Assert.Equal(0, torn.MutualInformation.item<double>(), 1e-9);

        using var bench = new Bench();
        var router = Make(bench, "houlsby", 3).Router!;
        var distribution = EnsemblePrediction.Distribution(router, () => bench.Classifier.call(bench.Inputs));
        var mean = zeros(3, 3);
        for (var expert = 0; expert < 3; expert++)
        {
            router.Use(router.Everywhere(expert));
            mean = mean + bench.Classifier.call(bench.Inputs).softmax(-1) / 3;
        }

        Assert.True(Bench.Difference(distribution.Probabilities, mean) <= 1e-6);
        Assert.Equal([3], distribution.Total.shape);
        Assert.True(distribution.MutualInformation.min().ToDouble() > 1e-5);
        Assert.True(distribution.Total.max().ToDouble() <= Math.Log(3) + 1e-6);
    }

    private static Adapter Make(Bench bench, string method, int experts)
    {
        var adapter = bench.Add("a", $"adamix({method})", 5, false, $"adamix.experts={experts}");
        bench.Adapters.Activate("a");
        return adapter;
    }
}
