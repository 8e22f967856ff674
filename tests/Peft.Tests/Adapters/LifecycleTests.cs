using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Adapters;

public sealed class LifecycleTests
{
    public static TheoryData<string> Methods =>
        ["lora", "houlsby", "pfeiffer", "ia3", "bitfit", "ln-tuning", "prefix", "prompt", "compacter", "adamix(lora)", "adamix(houlsby)"];

    [Theory, MemberData(nameof(Methods))]
    public void Added_it_rests_activated_it_acts_switched_off_the_base_is_back_to_the_bit(string method)
    {
        using var bench = new Bench();
        bench.Add("a", method, head: true);
        Assert.True(Bench.Same(bench.Forward(), bench.Base));
        var acting = bench.Forward("a");
        Assert.True(Bench.Difference(acting, bench.Base) > 1e-3);
        Assert.True(Bench.Same(bench.Forward([]), bench.Base));
        Assert.True(Bench.Same(bench.Forward("a"), acting));
    }

    [Theory, MemberData(nameof(Methods))]
    public void I13_Disabled_is_the_base_and_uses_nest_and_survive_exceptions(string method)
    {
        using var bench = new Bench();
        bench.Add("a", method, head: true);
        var acting = bench.Forward("a");
        Assert.Throws<TimeoutException>(new Action(() =>
        {
            using (bench.Model.Disabled())
            {
                using (bench.Model.Disabled())
                    Assert.True(Bench.Same(bench.Forward(), bench.Base));
                Assert.False(bench.Model.IsEnabled);
                throw new TimeoutException();
            }
        }));
        Assert.True(bench.Model.IsEnabled);
        Assert.True(Bench.Same(bench.Forward(), acting));
        bench.Model.IsEnabled = false;
        var use = bench.Model.Disabled();
        use.Dispose();
        Assert.False(bench.Model.IsEnabled);
        bench.Model.IsEnabled = true;
        use.Dispose(); // a second time changes nothing
        Assert.True(bench.Model.IsEnabled);
    }

    [Fact]
    public void I14_Active_for_a_while_is_what_active_is()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Add("b", "houlsby", seed: 2);
        var (a, b) = (bench.Forward("a"), bench.Forward("b"));
        bench.Adapters.Activate("a");
        using (bench.Adapters.Using("b"))
            Assert.True(Bench.Same(bench.Forward(), b));
        Assert.Equal(["a"], bench.Adapters.Active);
        Assert.True(Bench.Same(bench.Forward(), a));
        Assert.Throws<TimeoutException>(new Action(() =>
        {
            using var use = bench.Adapters.Using("b");
            throw new TimeoutException();
        }));
        Assert.True(Bench.Same(bench.Forward(), a));
    }

    [Fact]
    public void Stacked_adapters_act_in_the_order_of_their_names()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Add("b", "ia3", seed: 2);
        bench.Add("c", "houlsby", seed: 3);
        var (ab, ba) = (bench.Forward("a", "b"), bench.Forward("b", "a"));
        Assert.True(Bench.Difference(ab, ba) > 1e-4);
        Assert.True(Bench.Difference(ab, bench.Forward("a")) > 1e-4);
        Assert.True(Bench.Difference(bench.Forward("a", "b", "c"), ab) > 1e-4);
    }

    [Fact]
    public void I66_Two_adapters_are_what_the_union_of_their_methods_is()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Add("b", "houlsby", seed: 2);
        var together = bench.Forward("a", "b");
        bench.Adapters.Activate();
        var union = bench.Adapters.Add("union", Bench.Spec("lora+houlsby"), 1);
        using (no_grad())
        {
            var values = bench.Adapters["a"].NamedParameters.Concat(bench.Adapters["b"].NamedParameters)
                .ToDictionary(pair => pair.Key, pair => pair.Parameter);
            foreach (var (key, parameter) in union.NamedParameters)
                parameter.copy_(values[key.Replace(".lora.", ".", StringComparison.Ordinal)
                    .Replace(".houlsby.", ".", StringComparison.Ordinal)]);
        }

        Assert.True(Bench.Same(bench.Forward("union"), together));
    }

    [Fact]
    public void I03_I04_Names_that_are_taken_or_unknown_are_refused_and_nothing_changes()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Add("b", "houlsby", seed: 2);
        var acting = bench.Forward("a");
        Assert.Contains("'a'", Assert.Throws<DuplicateAdapterException>(() => bench.Adapters.Add("a", Bench.Spec("ia3"), 1)).Message);
        Assert.Throws<DuplicateAdapterException>(() => bench.Adapters.Rename("b", "a"));
        Assert.Throws<DuplicateAdapterException>(() => bench.Adapters.Activate("b", "b"));
        Assert.Throws<DuplicateAdapterException>(() => bench.Adapters.Combine("a", [("b", 1)], new Combination.Linear()));
        Assert.Throws<DuplicateAdapterException>(() => bench.Model.Attach(Bench.Spec("ia3"), 1));
        Assert.Throws<SiteSelectionException>(() => bench.Adapters.Add("c", Bench.Spec("lora", "lora.targets=nowhere"), 1));
        foreach (var act in (Action[])
            [
                () => bench.Adapters.Activate("b", "x"), () =>
                    bench.Adapters.Remove("x"), () => bench.Adapters.Rename("x", "y"), () => bench.Adapters.Using("x"),
                () => bench.Adapters.Combine("c", [("a", 1), ("x", 1)], new Combination.Linear()),
            ])
        {
            Assert.Contains("there is no adapter 'x'", Assert.Throws<UnknownNameException>(act).Message);
        }

        Assert.Equal(["a", "b"], bench.Adapters.Names);
        Assert.Equal(["a"], bench.Adapters.Active);
        Assert.True(Bench.Same(bench.Forward(), acting));
    }

    [Fact]
    public void I60_Removed_nothing_is_left()
    {
        using var bench = new Bench();
        AddAndRemove(bench);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        AddAndRemove(bench);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Empty(bench.Adapters.Names);
        Assert.Empty(bench.Adapters.Active);
        Assert.All(bench.Model.Sites, site => Assert.True(site.Point.IsEmpty));
        Assert.Equal(bench.Model.HeadParameters.Count(), bench.Model.TrainableParameters.Count());
        Assert.True(Bench.Same(bench.Forward(), bench.Base));

        static void AddAndRemove(Bench bench)
        {
            using var scope = NewDisposeScope();
            bench.Add("resting", "lora", head: true);
            bench.Add("acting", "adamix(houlsby)", seed: 2, head: true);
            bench.Forward("acting");
            bench.Adapters.Remove("resting");
            bench.Adapters.Remove("acting");
        }
    }

    [Fact]
    public void Only_active_adapters_are_attached()
    {
        using var bench = new Bench();
        for (ulong number = 0; number < 8; number++)
            bench.Add($"a{number}", "lora", number);
        Assert.All(bench.Model.Sites, site => Assert.True(site.Point.IsEmpty));
        bench.Adapters.Activate("a3");
        Assert.Equal(4, bench.Model.Sites.Count(site => !site.Point.IsEmpty));
        Assert.Equal(bench.Adapters["a3"].NamedParameters.Count() + 2, bench.Model.TrainableParameters.Count());
    }

    [Fact]
    public void I21_Training_one_leaves_the_others_their_heads_and_the_backbone_alone()
    {
        using var bench = new Bench();
        bench.Add("a", "lora", head: true);
        bench.Add("b", "adamix(houlsby)", seed: 2, head: true);
        var (a, b) = (bench.Forward("a"), bench.Forward("b"));
        bench.Classifier.train();
        for (var step = 0; step < 3; step++)
        {
            MixtureObjective.Loss(bench.Model, () => bench.Classifier.call(bench.Inputs), logits => nn.functional.cross_entropy(
                logits, TinyEncoder.Labels())).Loss.backward();
            using var frozen = no_grad();
            foreach (var (_, parameter) in bench.Model.TrainableParameters.Where(pair => pair.Parameter.grad is not null).ToList())
                parameter.sub_(parameter.grad! * 0.5);
        }

        bench.Classifier.eval();
        Assert.True(Bench.Difference(bench.Forward(), b) > 1e-3);
        Assert.True(Bench.Same(bench.Forward("a"), a));
        Assert.All(bench.Model.HeadParameters, pair => Assert.Null(pair.Parameter.grad));
        Assert.True(Bench.Same(bench.Forward([]), bench.Base));
    }

    [Fact]
    public void A_baseline_that_trains_the_backbone_stands_alone()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        Assert.Throws<AdapterConflictException>(() => bench.Adapters.Add("b", Bench.Spec("full"), 1));
        bench.Adapters.Remove("a");
        bench.Adapters.Add("b", Bench.Spec("full"), 1);
        Assert.Equal(2, bench.Model.TrainableParameters.Count());
        bench.Adapters.Activate("b");
        Assert.Equal(bench.Classifier.named_parameters().Count(), bench.Model.TrainableParameters.Count());
        Assert.Throws<AdapterConflictException>(() => bench.Adapters.Add("a", Bench.Spec("lora"), 1));
        bench.Adapters.Activate();
        Assert.Equal(2, bench.Model.TrainableParameters.Count());
    }
}
