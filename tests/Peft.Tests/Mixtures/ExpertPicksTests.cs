using Peft.Tests.Adapters;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

/// <summary>How often training picked each expert.</summary>
public sealed class ExpertPicksTests
{
    [Fact]
    public void Training_passes_count_the_picks_of_their_routes_and_others_count_nothing()
    {
        using var bench = new Bench();
        var router = Add(bench, "adamix(lora)");
        Route[] routes = [.. Enumerable.Range(0, 5).Select(pass => new Route(
            router.Slots.Select((slot, index) => (index * index + pass) % slot.Experts)))];
        router.Inject(routes);
        foreach (var _ in routes)
            Pass(bench);
        bench.Classifier.eval();
        router.Inference = MixtureInference.Random;
        Pass(bench);
        router.Use(routes[0]);
        var places = router.Slots.Where(slot => slot.Experts > 1).ToList();
        Assert.Equal(places.Select(slot => (slot.Layer, slot.Site?.ToString(), slot.Group)), router.Picks.Select(
            picks => (picks.Layer, picks.Site, picks.Group)));
        foreach (var (slot, picks) in router.Slots.Index().Where(one => one.Item.Experts > 1).Zip(router.Picks))
        {
            Assert.Equal(Enumerable.Range(0, 3).Select(expert => (long)routes.Count(route => route.Picks[slot.Index] == expert)),
                picks.Counts);
        }
    }

    [Theory]
    [InlineData("example", 3)]
    [InlineData("switch", 19)]
    public void Rows_and_tokens_without_padding_are_counted(string routing, long eachPass)
    {
        using var bench = new Bench();
        var router = Add(bench, "adamix(houlsby)", "adamix.routing=" + routing);
        bench.Classifier.Encoder.Stack.RecomputesActivations = false;
        Assert.Equal((19, 27), (bench.Inputs.Mask!.sum().to_type(ScalarType.Int64).item<long>(), bench.Inputs.Mask!.numel()));
        Pass(bench);
        Pass(bench);
        var full = router.Picks.Where(picks => picks.Layer == 0).ToList();
        Assert.NotEmpty(full);
        Assert.All(full, picks => Assert.Equal(2 * eachPass, picks.Counts.Sum()));
        Assert.Contains(full, picks => picks.Counts.Count(count => count > 0) > 1);
    }

    [Theory]
    [InlineData("stochastic")]
    [InlineData("example")]
    [InlineData("switch")]
    public void A_layer_that_is_recomputed_counts_once(string routing)
    {
        Assert.Equal(Picks(recomputes: false), Picks(recomputes: true));

        string Picks(bool recomputes)
        {
            using var bench = new Bench();
            var router = Add(bench, "adamix(houlsby)", "adamix.routing=" + routing);
            bench.Classifier.Encoder.Stack.RecomputesActivations = recomputes;
            for (var step = 0; step < 3; step++)
                bench.Model.Run(() => bench.Classifier.call(bench.Inputs)).sum().backward();
            return string.Join(" ", router.Picks.SelectMany(picks => picks.Counts));
        }
    }

    private static Router Add(Bench bench, string method, params string[] settings)
    {
        var router = bench.Add("a", method, 5, false, settings).Router!;
        bench.Adapters.Activate("a");
        bench.Classifier.train();
        return router;
    }

    private static void Pass(Bench bench)
    {
        using var scope = NewDisposeScope();
        bench.Model.Run(() => bench.Classifier.call(bench.Inputs));
    }
}
