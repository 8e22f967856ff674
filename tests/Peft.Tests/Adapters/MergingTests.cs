using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Adapters;

public sealed class MergingTests
{
    [Theory]
    [InlineData("lora")]
    [InlineData("lora", "ia3")]
    [InlineData("ia3", "lora")]
    [InlineData("bitfit", "ln-tuning", "lora")]
    [InlineData("adamix(lora)", "ia3", "bitfit-linear")]
    public void Merged_together_they_do_what_they_did_stacked_and_unmerged_all_is_as_before(params string[] methods)
    {
        using var bench = new Bench();
        ulong seed = 1;
        foreach (var method in methods)
            bench.Add(method, method, seed++, head: true);
        var weights = bench.Classifier.named_parameters().ToDictionary(pair => pair.Item1, pair => pair.Item2.detach().clone());
        var stacked = bench.Forward(methods);
        bench.Model.Merge();
        Assert.All(bench.Model.Sites, site => Assert.True(site.Point.IsEmpty));
        Assert.True(Bench.Difference(bench.Forward(), stacked) <= 1e-4);
        Assert.True(Bench.Difference(stacked, bench.Base) > 1e-3);
        bench.Model.Unmerge();
        Assert.True(Bench.Same(bench.Forward(), stacked));
        bench.Adapters.Activate();
        Assert.All(bench.Classifier.named_parameters(), pair => Assert.True(Bench.Same(pair.Item2, weights[pair.Item1]), pair.Item1));
    }

    /// <summary>Reported as peft#1388: in half precision, a delta rounded before it is added costs bits that the sum has.</summary>
    [Theory]
    [InlineData("lora")]
    [InlineData("lora", "ia3")]
    [InlineData("bitfit-linear")]
    public void In_half_precision_the_sum_is_rounded_once(params string[] methods)
    {
        using var bench = new Bench();
        bench.Classifier.to(ScalarType.BFloat16);
        foreach (var (method, index) in methods.Select((method, index) => (method, index)))
            bench.Add(method, method, (ulong)index + 1);
        bench.Adapters.Activate(methods);
        var map = ((ProjectionPoint)bench.Model.Sites.First(site => site.Site == Site.Query).Point).Linear;
        var before = (Weight: map.weight!.clone(), Bias: map.bias!.clone());
        using var exact = new Bench();
        using (no_grad())
        {
            foreach (var ((_, to), (_, from)) in exact.Classifier.named_parameters().Zip(bench.Classifier.named_parameters()))
                to.copy_(from);
        }

        foreach (var (method, index) in methods.Select((method, index) => (method, index)))
            exact.Add(method, method, (ulong)index + 1);
        exact.Adapters.Activate(methods);
        exact.Model.Merge();
        bench.Model.Merge();
        var expected = ((ProjectionPoint)exact.Model.Sites.First(site => site.Site == Site.Query).Point).Linear;
        Assert.True(Bench.Same(map.weight!, expected.weight!.to_type(ScalarType.BFloat16)));
        Assert.True(Bench.Same(map.bias!, expected.bias!.to_type(ScalarType.BFloat16)));
        Assert.False(Bench.Same(map.weight!, before.Weight) && Bench.Same(map.bias!, before.Bias));
    }

    [Fact]
    public void I50_A_hundred_cycles_do_not_drift_at_all()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Add("b", "ia3", seed: 2);
        var stacked = bench.Forward("a", "b");
        for (var cycle = 0; cycle < 100; cycle++)
        {
            bench.Model.Merge();
            bench.Model.Unmerge();
        }

        Assert.True(Bench.Same(bench.Forward(), stacked));
        Assert.True(Bench.Same(bench.Forward([]), bench.Base));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(3e38)] // finite itself, but not what it becomes
    public void I52_What_is_not_finite_is_refused_before_anything_is_touched(double value)
    {
        using var bench = new Bench();
        bench.Add("good", "ln-tuning");
        var bad = bench.Add("bad", "lora", seed: 2);
        using (no_grad())
            bad.NamedParameters.Last().Parameter.fill_(value);
        bench.Adapters.Activate("good", "bad");
        Assert.Contains("not finite", Assert.Throws<MergeException>(bench.Model.Merge).Message);
        Assert.Throws<MergeException>(bench.Model.MergeAndUnload);
        Assert.False(bench.Model.IsMerged);
        Assert.Equal(["good", "bad"], bench.Adapters.Names);
        Assert.True(Bench.Same(bench.Forward([]), bench.Base));
    }

    [Fact]
    public void I56_One_that_cannot_be_merged_keeps_all_from_it()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Add("b", "houlsby", seed: 2);
        var stacked = bench.Forward("a", "b");
        Assert.Contains("houlsby cannot be merged", Assert.Throws<MergeException>(bench.Model.Merge).Message);
        Assert.True(Bench.Same(bench.Forward(), stacked));
        bench.Add("gated", "lora", 3, false, "lora.gated=true");
        bench.Adapters.Activate("a", "gated");
        Assert.Throws<MergeException>(bench.Model.Merge);
        Assert.Throws<MergeException>(() =>
        {
            bench.Adapters.Activate();
            bench.Model.Merge();
        });
        Assert.True(Bench.Same(bench.Forward([]), bench.Base));
    }

    [Fact]
    public void Disabled_adapters_are_not_merged()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Adapters.Activate("a");
        using (bench.Model.Disabled())
        {
            Assert.Contains("disabled", Assert.Throws<MergeException>(bench.Model.Merge).Message);
            Assert.True(Bench.Same(bench.Forward(), bench.Base));
        }

        bench.Model.Merge();
        Assert.True(bench.Model.IsMerged);
    }

    [Fact]
    public void I55_While_merged_nothing_is_switched_added_or_combined()
    {
        using var bench = new Bench();
        bench.Add("a", "lora");
        bench.Add("b", "lora", seed: 2);
        bench.Adapters.Activate("a");
        bench.Model.Merge();
        var merged = bench.Forward();
        foreach (var act in (Action[])
            [
                () => bench.Adapters.Activate("b"), () =>
                    bench.Adapters.Remove("a"), () => bench.Adapters.Add("c", Bench.Spec("lora"), 1), () => bench.Model.IsEnabled = false,
                () => bench.Model.Disabled(), () => bench.Adapters.Combine("c", [("a", 1)], new Combination.Linear()),
                () => bench.Model.RunRows(["a", "b", null], bench.Inputs, rows => bench.Classifier.call(rows)),
            ])
        {
            Assert.Contains("unmerge", Assert.Throws<MergeException>(act).Message);
        }

        Assert.True(Bench.Same(bench.Forward(), merged));
        bench.Adapters.Remove("b"); // it takes no part
        bench.Model.Detach();
        Assert.True(Bench.Same(bench.Forward(), bench.Base));
    }

    [Theory]
    [InlineData(EncoderFamily.Bert)]
    [InlineData(EncoderFamily.Roberta)]
    public void I51_Merged_and_unloaded_it_is_a_plain_backbone_with_the_adapters_head(EncoderFamily family)
    {
        using var bench = new Bench(family);
        bench.Add("a", "adamix(lora)", head: true);
        bench.Add("rest", "houlsby", seed: 2, head: true);
        var acting = bench.Forward("a");
        var plain = bench.Model.MergeAndUnload();
        Assert.Same(bench.Classifier, plain);
        Assert.Empty(bench.Adapters.Names);
        Assert.False(bench.Model.IsMerged);
        using var fresh = TinyEncoder.Classifier(family);
        Assert.Equal(fresh.state_dict().Keys.Order(), bench.Classifier.state_dict().Keys.Order());
        Assert.True(Bench.Difference(bench.Forward(), acting) <= 1e-5);
        bench.Add("next", "lora", seed: 3);
        Assert.True(Bench.Difference(bench.Forward("next"), acting) > 1e-3);
        Assert.True(Bench.Difference(bench.Forward([]), acting) <= 1e-5);
    }
}
