using TorchSharp;
using Peft.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Tests.Conformance;

/// <summary>DoRA against its formula written out, the norm held constant (Liu et al. 2024, equations 5 and 11), in float64.</summary>
public sealed class DoraTests
{
    private const double Scale = 16.0 / 3;

    [Theory, InlineData(EncoderFamily.Bert), InlineData(EncoderFamily.Roberta)]
    public void Outputs_and_gradients_are_those_of_the_formula(EncoderFamily family)
    {
        using var subject = new Subject("dora", family, mixed: false, float64: true);
        var attached = subject.Adapter.NamedParameters.Take(3)
            .ToDictionary(pair => pair.Key[(pair.Key.LastIndexOf('.') + 1)..], pair => pair.Parameter);
        var map = ((ProjectionPoint)subject.Model.Sites.First(site => site.Site == Site.Query).Point).Linear;
        var x = randn([2, 5, 16], dtype: ScalarType.Float64);
        var seen = randn([2, 5, 16], dtype: ScalarType.Float64);
        (((ProjectionPoint)subject.Model.Sites.First(site => site.Site == Site.Query).Point).Apply(x) * seen).sum().backward();

        Tensor[] own = [.. ((string[])["A", "B", "Magnitude"]).Select(name => attached[name].detach().clone().requires_grad_(true))];
        var (a, b, m) = (own[0], own[1], own[2]);
        var updated = map.weight!.detach() + (Scale * b.matmul(a));
        var direction = updated / updated.square().sum(dim: 1).sqrt().detach().unsqueeze(1);
        var expected = x.matmul((m.unsqueeze(1) * direction).t()) + map.bias!.detach();
        (expected * seen).sum().backward();

        Assert.True(Subject.Difference(((ProjectionPoint)subject.Model.Sites.First(site => site.Site == Site.Query).Point)
            .Apply(x), expected) <= 1e-12);
        Assert.True(Subject.Difference(attached["A"].grad!, a.grad!) <= 1e-10);
        Assert.True(Subject.Difference(attached["B"].grad!, b.grad!) <= 1e-10);
        Assert.True(Subject.Difference(attached["Magnitude"].grad!, m.grad!) <= 1e-10);
    }

    /// <summary>Reported as peft#2049: 0 / 0 for a row of zeros.</summary>
    [Fact]
    public void A_row_of_zeros_stays_one_and_can_be_trained()
    {
        using var subject = new Subject("dora", EncoderFamily.Bert, mixed: false, perturbed: false, float64: true);
        var point = (ProjectionPoint)subject.Model.Sites.First(site => site.Site == Site.Query).Point;
        Parameter Named(string name) => subject.Adapter.NamedParameters.First(
            pair => pair.Key.EndsWith("query." + name, StringComparison.Ordinal)).Parameter;
        using (no_grad())
        {
            point.Linear.weight!.select(0, 1).zero_();
            Named("Magnitude").select(0, 1).zero_(); // as if it had been attached to these weights
        }

        var x = randn([2, 5, 16], dtype: ScalarType.Float64);
        var frozen = functional.linear(x, point.Linear.weight!, point.Linear.bias!).detach();
        var found = point.Apply(x);
        Assert.True(Subject.Difference(found, frozen) <= 1e-12);
        found.select(2, 1).sum().backward();
        Assert.True(Named("B").grad!.isfinite().all().ToBoolean());
        Assert.True(Named("Magnitude").grad!.isfinite().all().ToBoolean());
        Assert.True(Named("B").grad!.select(0, 1).abs().max().ToDouble() > 0);
        subject.Model.Merge();
        Assert.True(Subject.Difference(point.Apply(x), frozen) <= 1e-12);
    }

    [Fact]
    public void Fresh_magnitudes_are_the_row_norms_of_the_frozen_weight()
    {
        using var subject = new Subject("dora", EncoderFamily.Bert, mixed: false, perturbed: false);
        var map = ((ProjectionPoint)subject.Model.Sites.First(site => site.Site == Site.Query).Point).Linear;
        var magnitude = subject.Adapter.NamedParameters.First(
            pair => pair.Key.EndsWith("query.Magnitude", StringComparison.Ordinal)).Parameter;
        Assert.True(Subject.Difference(magnitude, map.weight!.square().sum(dim: 1).sqrt()) <= 1e-6);
    }
}
