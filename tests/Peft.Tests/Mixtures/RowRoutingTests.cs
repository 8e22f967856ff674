using Peft.Tests.Adapters;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

/// <summary>A draw for each row of the batch.</summary>
public sealed class RowRoutingTests
{
    public static TheoryData<string, string> Methods => new()
    {
        { "lora", "" }, { "lora", "lora.gated=true" }, { "lora", "lora.dora=true" }, { "houlsby", "" },
            { "pfeiffer", "pfeiffer.gated=true" }, { "ia3", "" }, { "compacter", "" },
        { "lora+houlsby", "" }, { "bitfit-linear", "bitfit-linear.sites=query+pooler" },
    };

    [Theory, MemberData(nameof(Methods))]
    public void Each_row_is_what_its_route_gives_the_whole_batch(string method, string setting)
    {
        using var bench = new Bench();
        var router = Make(bench, method, setting).Router!;
        Route[] routes = [router.Everywhere(2), router.Everywhere(0), new(router.Slots.Select((slot, index) => index % slot.Experts))];
        router.UseRows(routes);
        var rows = bench.Classifier.call(bench.Inputs);
        for (var row = 0; row < 3; row++)
        {
            router.Use(routes[row]);
            Assert.True(Bench.Difference(rows.narrow(0, row, 1), bench.Classifier.call(bench.Inputs).narrow(0, row, 1)) <= 1e-5);
        }

        router.Use(routes[0]);
        Assert.True(Bench.Difference(rows, bench.Classifier.call(bench.Inputs)) > 1e-4);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Gradients_are_those_of_each_row_with_its_route(string method, string setting)
    {
        using var bench = new Bench(float64: true);
        var adapter = Make(bench, method, setting);
        var router = adapter.Router!;
        Route[] routes = [router.Everywhere(1), router.Everywhere(0), router.Everywhere(1)];
        router.UseRows(routes);
        nn.functional.cross_entropy(bench.Classifier.call(bench.Inputs), TinyEncoder.Labels(), reduction: nn.Reduction.Sum).backward();
        var together = adapter.NamedParameters.ToDictionary(pair => pair.Key, pair => pair.Parameter.grad?.clone());
        foreach (var (_, parameter) in adapter.NamedParameters)
            parameter.grad = null!;
        for (var row = 0; row < 3; row++)
        {
            router.Use(routes[row]);
            nn.functional.cross_entropy(
                bench.Classifier.call(bench.Inputs).narrow(0, row, 1), TinyEncoder.Labels().narrow(0, row, 1)).backward();
        }

        foreach (var (key, parameter) in adapter.NamedParameters)
        {
            Assert.Equal(parameter.grad is null, together[key] is null);
            if (parameter.grad is not null)
                Assert.True(Bench.Difference(parameter.grad, together[key]!) <= 1e-10, key);
        }

        Assert.Contains(together, pair => pair.Value is null); // expert 2 took no part
    }

    [Fact]
    public void Draws_follow_the_seed_and_differ_between_rows_slots_and_passes()
    {
        using var bench = new Bench();
        using var again = new Bench();
        var (first, second) = (Draw(bench), Draw(again));
        Assert.Equal(first, second);
        Assert.NotEqual(first[0], first[1]);
        Assert.True(first.Distinct().Count() > 50);

        static List<string> Draw(Bench bench)
        {
            var router = Make(bench, "houlsby", "").Router!;
            bench.Classifier.train();
            var drawn = new List<string>();
            for (var pass = 0; pass < 40; pass++)
            {
                bench.Forward();
                var rows = Assert.IsType<PassRouting.Rows>(router.Pass);
                drawn.AddRange(rows.Routes!.Select(route => string.Join(',', route.Picks)));
            }

            return drawn;
        }
    }

    [Fact]
    public void Evaluation_is_merged_unless_drawn_and_recorded_routes_go_first()
    {
        using var bench = new Bench();
        var router = Make(bench, "houlsby", "").Router!;
        var merged = bench.Forward();
        router.UseMerged();
        Assert.True(Bench.Same(bench.Classifier.call(bench.Inputs).detach(), merged));
        router.Inference = MixtureInference.Random;
        Assert.False(Bench.Same(bench.Forward(), merged));
        Assert.Equal(3, Assert.IsType<PassRouting.Rows>(router.Pass).Routes!.Count);
        bench.Classifier.train();
        router.Inject(router.Everywhere(1));
        var injected = bench.Forward();
        router.Use(router.Everywhere(1));
        Assert.True(Bench.Same(bench.Classifier.call(bench.Inputs).detach(), injected));
    }

    [Theory]
    [InlineData("ln-tuning")]
    [InlineData("prefix")]
    [InlineData("prompt")]
    [InlineData("bitfit")]
    public void Methods_that_are_the_same_for_all_rows_are_refused_before_anything_is_made(string method)
    {
        using var bench = new Bench();
        foreach (var routing in (string[])["example", "switch"])
            Assert.Contains("same for all rows", Assert.Throws<RoutingException>(
                () => bench.Adapters.Add("a", Bench.Spec($"adamix({method})", $"adamix.routing={routing}"), 1)).Message);
        Assert.Empty(bench.Adapters.Names);
    }

    [Fact]
    public void Routes_for_rows_must_fit()
    {
        using var bench = new Bench();
        var router = Make(bench, "lora", "").Router!;
        Assert.Throws<RouteException>(() => router.UseRows([new Route([9])]));
        router.UseRows([router.Everywhere(0)]);
        Assert.Contains("routes for 1 rows", Assert.Throws<RouteException>(() => bench.Classifier.call(bench.Inputs)).Message);
        bench.Add("plain", "adamix(lora)", 3);
        Assert.Throws<RouteException>(() => bench.Adapters["plain"].Router!.UseRows([]));
    }

    private static Adapter Make(Bench bench, string method, string setting)
    {
        var adapter = bench.Add("a", $"adamix({method})", 5, false, setting.Length > 0
            ? ["adamix.routing=example", setting] : ["adamix.routing=example"]);
        bench.Adapters.Activate("a");
        return adapter;
    }
}
