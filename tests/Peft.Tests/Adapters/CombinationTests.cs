using Peft.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Tests.Adapters;

public sealed class CombinationTests
{
    public static TheoryData<Combination> Exact => [new Combination.Concatenation(), new Combination.Svd(6)];

    [Theory, MemberData(nameof(Exact))]
    public void I58_The_delta_is_the_weighted_sum(Combination how)
    {
        using var bench = new Bench();
        bench.Add("a", "lora", 1, true);
        bench.Add("b", "lora", 2, true, "lora.rank=2", "lora.alpha=5", "lora.rank@value=1");
        bench.Add("c", "adamix(lora)", 3, false, "lora.rank=1", "lora.rankStabilized=true");
        bench.Adapters.Combine("sum", [("a", 0.7), ("b", -1.3), ("c", 0.4)], how);
        Assert.Equal(["a", "b", "c", "sum"], bench.Adapters.Names);
        AssertWeightedSum(bench, "sum", ("a", 0.7), ("b", -1.3), ("c", 0.4));
    }

    [Theory]
    [InlineData("ia3")]
    [InlineData("bitfit-linear")]
    [InlineData("ln-tuning")]
    [InlineData("bitfit")]
    public void I58_Where_the_delta_is_linear_in_the_trainables_their_sum_gives_it(string method)
    {
        using var bench = new Bench();
        bench.Add("a", method);
        bench.Add("b", method, 2);
        bench.Adapters.Combine("sum", [("a", 0.7), ("b", -1.3)], new Combination.Linear());
        AssertWeightedSum(bench, "sum", ("a", 0.7), ("b", -1.3));
    }

    public static TheoryData<Combination> All =>
        [new Combination.Linear(), new Combination.Concatenation(), new Combination.Svd(), new Combination.Ties(Density: 1),
            new Combination.Dare(Density: 1)];

    [Theory, MemberData(nameof(All))]
    public void I58_An_average_of_equals_is_each_of_them_and_a_negative_weight_negates(Combination how)
    {
        using var bench = new Bench();
        bench.Add("a", "lora", 1, true);
        bench.Add("b", "lora", 1, true);
        var a = bench.Forward("a");
        Assert.True(Bench.Same(bench.Forward("b"), a));
        bench.Adapters.Combine("average", [("a", 0.5), ("b", 0.5)], how);
        Assert.True(Bench.Difference(bench.Forward("average"), a) <= 1e-4);
        Assert.True(Bench.Difference(a, bench.Base) > 1e-3);
        bench.Adapters.Combine("thirds", [("a", 0.3), ("b", 0.7)], how);
        Assert.True(Bench.Difference(bench.Forward("thirds"), a) <= 1e-4);
        bench.Adapters.Combine("negative", [("a", -1)], how);
        AssertWeightedSum(bench, "negative", ("a", -1));
        bench.Adapters.Combine("double", [("a", 2)], how);
        AssertWeightedSum(bench, "double", ("a", 2));
    }

    [Theory]
    [InlineData("houlsby")]
    [InlineData("pfeiffer")]
    [InlineData("prefix")]
    [InlineData("prompt")]
    [InlineData("compacter")]
    [InlineData("adamix(houlsby)")]
    public void Any_method_averages_linearly_and_is_refused_otherwise(string method)
    {
        using var bench = new Bench();
        var first = bench.Add("a", method, 1, true);
        bench.Add("b", method, 1, true);
        var average = bench.Adapters.Combine("average", [("a", 0.25), ("b", 0.75)], new Combination.Linear());
        Assert.Null(average.Router);
        Assert.Equal(first.MergedCount, average.TrainedCount);
        Assert.True(Bench.Difference(bench.Forward("average"), bench.Forward("a")) <= 1e-5);
        Assert.Contains("use Linear", Assert.Throws<CombinationException>(
            () => bench.Adapters.Combine("c", [("a", 1)], new Combination.Svd())).Message);
        Assert.False(bench.Adapters.Contains("c"));
    }

    [Fact]
    public void A_singular_value_decomposition_of_smaller_rank_is_the_nearest()
    {
        using var bench = new Bench();
        bench.Add("a", "lora", 1);
        bench.Add("b", "lora", 2);
        bench.Adapters.Combine("sum", [("a", 1), ("b", 1)], new Combination.Concatenation());
        bench.Adapters.Combine("small", [("a", 1), ("b", 1)], new Combination.Svd(2));
        var (whole, small) = (Deltas(bench, "sum"), Deltas(bench, "small"));
        foreach (var (path, delta) in whole)
        {
            var (_, s, _) = linalg.svd(delta, fullMatrices: false);
            var rest = s.narrow(0, 2, s.shape[0] - 2).pow(2).sum().sqrt().ToDouble();
            Assert.Equal(rest, (small[path] - delta).norm().ToDouble(), 1e-4);
            Assert.True(rest > 0.01);
        }
    }

    [Fact]
    public void Ties_trims_elects_and_averages_those_that_agree()
    {
        using var bench = new Bench();
        bench.Add("a", "lora", 1);
        bench.Add("b", "lora", 2);
        bench.Add("c", "lora", 3);
        bench.Adapters.Combine("ties", [("a", 0.5), ("b", 0.25), ("c", 0.25)], new Combination.Ties(0.3, Rank: 16));
        var (a, b, c, ties) = (Deltas(bench, "a"), Deltas(bench, "b"), Deltas(bench, "c"), Deltas(bench, "ties"));
        foreach (var path in ties.Keys)
        {
            (double Weight, double[] Values)[] parts = [(0.5, Trimmed(a[path])), (0.25, Trimmed(b[path])), (0.25, Trimmed(c[path]))];
            var got = ties[path].reshape(-1).data<float>().ToArray();
            for (var i = 0; i < got.Length; i++)
            {
                var sign = Math.Sign(parts.Sum(part => part.Weight * part.Values[i]));
                var agreeing = parts.Where(part => part.Values[i] != 0 && Math.Sign(part.Values[i]) == sign).ToList();
                var expected = agreeing.Count == 0
                    ? 0 : agreeing.Sum(part => part.Weight * part.Values[i]) / agreeing.Sum(part => part.Weight);
                Assert.Equal(expected, got[i], 1e-4);
            }
        }

        static double[] Trimmed(Tensor delta)
        {
            var values = delta.reshape(-1).data<float>().ToArray();
            var least = values.Select(Math.Abs).OrderDescending().ElementAt((int)Math.Ceiling(0.3 * values.Length) - 1);
            return [.. values.Select(value => Math.Abs(value) >= least ? (double)value : 0)];
        }
    }

    [Fact]
    public void Dare_drops_by_its_seed_and_rescales_what_it_keeps()
    {
        using var bench = new Bench();
        bench.Add("a", "lora", 1);
        Dictionary<string, Tensor> Dare(string name, ulong seed)
        {
            bench.Adapters.Combine(name, [("a", 1)], new Combination.Dare(0.4, seed, Rank: 16));
            return Deltas(bench, name);
        }

        var (own, first, again, other) = (Deltas(bench, "a"), Dare("x", 1), Dare("y", 1), Dare("z", 2));
        var kept = 0.0;
        foreach (var (path, delta) in own)
        {
            Assert.True(Bench.Same(first[path], again[path]));
            Assert.False(Bench.Same(first[path], other[path]));
            var drops = first[path].abs().lt(1e-4);
            Assert.True(Bench.Difference(first[path], delta / 0.4 * drops.logical_not().to_type(ScalarType.Float32)) <= 1e-3);
            kept += 1 - drops.to_type(ScalarType.Float64).mean().ToDouble();
        }

        Assert.Equal(0.4, kept / own.Count, 0.06);
    }

    [Fact]
    public void What_does_not_go_together_is_refused_with_the_reason_and_nothing_is_added()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Add("rank2", "lora", 2, false, "lora.rank=2");
        bench.Add("keys", "lora", 3, false, "lora.sites=key");
        bench.Add("dora", "lora", 4, false, "lora.dora=true");
        bench.Add("houlsby", "houlsby", 5);
        bench.Add("wide", "houlsby", 6, false, "houlsby.size=6");
        bench.Adapters.Activate("a");
        var names = bench.Adapters.Names;
        void Refused(string reason, Combination how, params (string, double)[] parts) =>
            Assert.Contains(reason, Assert.Throws<CombinationException>(() => bench.Adapters.Combine("new", parts, how)).Message);
        Refused("No adapter", new Combination.Linear());
        Refused("finite", new Combination.Linear(), ("a", double.NaN));
        Refused("equal ranks", new Combination.Linear(), ("a", 1), ("rank2", 1));
        Refused("differ in methods or places", new Combination.Svd(), ("a", 1), ("keys", 1));
        Refused("differ in methods or places", new Combination.Linear(), ("a", 1), ("houlsby", 1));
        Refused("no product", new Combination.Svd(), ("a", 1), ("dora", 1));
        Refused("differ in a trainable", new Combination.Linear(), ("houlsby", 1), ("wide", 1));
        Refused("density", new Combination.Ties(0), ("a", 1));
        Refused("density", new Combination.Dare(1.5), ("a", 1));
        Refused("rank", new Combination.Svd(-1), ("a", 1));
        Refused("All weights are 0", new Combination.Linear(), ("a", 0));
        using (no_grad())
            bench.Adapters["rank2"].NamedParameters.First().Parameter.fill_(double.NaN);
        Refused("not finite", new Combination.Svd(), ("a", 1), ("rank2", 1));
        Assert.Equal(names, bench.Adapters.Names);
    }

    /// <summary>
    /// By merging, which says what an adapter does to the weights: weight deltas, in turn with those of biases and norms.
    /// </summary>
    private static Dictionary<string, Tensor> Deltas(Bench bench, string name)
    {
        var own = bench.Classifier.named_parameters().ToDictionary(pair => pair.Item1, pair => pair.Item2.detach().clone());
        bench.Adapters.Activate(name);
        bench.Model.Merge();
        var deltas = bench.Classifier.named_parameters().ToDictionary(pair => pair.Item1, pair => pair.Item2.detach() - own[pair.Item1]);
        bench.Model.Unmerge();
        bench.Adapters.Activate();
        return deltas.Where(pair => pair.Value.abs().max().ToDouble() > 0
            && !pair.Key.StartsWith(SequenceClassifier.HeadName, StringComparison.Ordinal)).ToDictionary();
    }

    private static void AssertWeightedSum(Bench bench, string name, params (string Name, double Weight)[] parts)
    {
        var got = Deltas(bench, name);
        var each = parts.Select(part => (part.Weight, Deltas: Deltas(bench, part.Name))).ToList();
        Assert.NotEmpty(got);
        Assert.Equal(each[0].Deltas.Keys.Order(), got.Keys.Order());
        foreach (var (path, delta) in got)
            Assert.True(Bench.Difference(delta, each.Select(part => part.Weight * part.Deltas[path])
                .Aggregate((sum, term) => sum + term)) <= 1e-4, path);
        var (own, head) = (Head(bench), Head(bench, name));
        foreach (var (key, value) in head)
        {
            var expected = parts.Aggregate(own[key].clone(), (sum, part) => sum + part.Weight * (Head(bench, part.Name)[key] - own[key]));
            Assert.True(Bench.Difference(value, expected) <= 1e-5, key);
        }
    }

    private static Dictionary<string, Tensor> Head(Bench bench, params string[] names)
    {
        using var use = bench.Adapters.Using(names);
        return bench.Model.HeadParameters.ToDictionary(pair => pair.Name, pair => ((Parameter)pair.Parameter).detach().clone());
    }
}
