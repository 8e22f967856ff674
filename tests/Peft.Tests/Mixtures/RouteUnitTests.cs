using Peft.Tests.Adapters;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

/// <summary>Random routes in evaluation mode, sampled for each batch, row or token.</summary>
public sealed class RouteUnitTests
{
    [Fact]
    public void A_route_for_each_sentence_gives_each_row_what_the_route_gives_the_batch()
    {
        using var bench = new Bench();
        var router = Make(bench, "adamix(houlsby)").Router!;
        (router.Inference, router.RandomUnit) = (MixtureInference.Random, RouteUnit.Sentence);
        var rows = bench.Forward();
        var routes = Assert.IsType<PassRouting.Rows>(router.Pass).Routes!;
        Assert.Equal(3, routes.Count);
        Assert.NotEqual(routes[0].Picks, routes[1].Picks);
        for (var row = 0; row < 3; row++)
        {
            router.Use(routes[row]);
            Assert.True(Bench.Difference(rows.narrow(0, row, 1), bench.Classifier.call(bench.Inputs).narrow(0, row, 1)) <= 1e-5);
        }
    }

    [Fact]
    public void Each_token_samples_an_expert()
    {
        using var bench = new Bench();
        var last = bench.Model.Sites.Max(site => site.Layer);
        var router = Make(bench, "adamix(houlsby)", $"houlsby.layers={last}", "houlsby.sites=afterFeedForward").Router!;
        var alone = Enumerable.Range(0, 3).Select(expert =>
        {
            using var pinned = router.Pin(router.Everywhere(expert));
            return bench.Forward();
        }).ToList();
        (router.Inference, router.RandomUnit) = (MixtureInference.Random, RouteUnit.Token);
        var seen = new HashSet<string>();
        for (var pass = 0; pass < 30; pass++)
        {
            var logits = bench.Forward(); // read at the first token, after the only place with experts
            seen.Add(string.Join(',', Enumerable.Range(0, 3).Select(row => alone.FindIndex(expert =>
                Bench.Difference(expert.narrow(0, row, 1), logits.narrow(0, row, 1)) <= 1e-5))));
        }

        Assert.DoesNotContain(seen, picks => picks.Contains('-', StringComparison.Ordinal));
        Assert.True(seen.Count > 10, string.Join(' ', seen)); // of 27
    }

    [Fact]
    public void Tokens_of_all_layers_follow_the_state_and_equal_experts_give_the_average()
    {
        using var bench = new Bench();
        var adapter = Make(bench, "adamix(lora+houlsby)");
        var router = adapter.Router!;
        (router.Inference, router.RandomUnit, router.State) = (MixtureInference.Random, RouteUnit.Token, 4);
        var first = bench.Forward();
        Assert.False(Bench.Same(first, bench.Forward()));
        router.State = 4;
        Assert.True(Bench.Same(first, bench.Forward()));
        using (no_grad())
        {
            foreach (var trainable in AdapterTensor.All(adapter))
            {
                foreach (var expert in trainable.Experts.Skip(1))
                    expert.copy_(trainable.Experts[0]);
            }
        }

        var sampled = bench.Forward();
        router.Inference = MixtureInference.Merged;
        Assert.True(Bench.Difference(bench.Forward(), sampled) <= 1e-5);
    }

    [Theory]
    [InlineData("adamix(prefix)", "", RouteUnit.Sentence, "acts on the whole batch alike; sample them for each batch")]
    [InlineData("adamix(lora)", "adamix.routing=switch", RouteUnit.Sentence, "learned router")]
    [InlineData("adamix(lora)", "adamix.route=layer", RouteUnit.Token, "share their experts")]
    [InlineData("adamix(pfeiffer)", "pfeiffer.gated=true", RouteUnit.Token, "looks across tokens")]
    public void Parts_that_a_method_cannot_be_split_into_are_refused(string method, string setting, RouteUnit unit, string because)
    {
        using var bench = new Bench();
        var router = Make(bench, method, setting.Length > 0 ? [setting] : []).Router!;
        var before = router.RandomUnit;
        Assert.Contains(because, Assert.Throws<RoutingException>(() => router.RandomUnit = unit).Message, StringComparison.Ordinal);
        Assert.Equal(before, router.RandomUnit);
    }

    private static Adapter Make(Bench bench, string method, params string[] settings)
    {
        var adapter = bench.Add("a", method, 5, false, settings);
        bench.Adapters.Activate("a");
        return adapter;
    }
}
