using Peft.Tests.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Recomputing;

/// <summary>An encoder with adapters whose layers are computed again; that nothing else changes is I22 of the battery.</summary>
public sealed class RecomputedEncoderTests
{
    [Fact]
    public void Adapters_switched_before_the_backward_pass_are_refused()
    {
        using var bench = Recomputed("lora", "houlsby");
        var states = States(bench);
        using (bench.Model.Disabled())
            AssertRefused(states);
        states = States(bench);
        using (bench.Adapters.Using("lora"))
            AssertRefused(states);
        States(bench).sum().backward();
    }

    [Fact]
    public void Routes_drawn_since_do_not_matter()
    {
        using var bench = Recomputed("adamix(houlsby)");
        var router = bench.Model.Adapter!.Router!;
        router.Inject(router.Everywhere(1));
        var first = Logits(bench);
        router.Inject(router.Everywhere(2));
        Logits(bench);
        var now = router.Pass;
        first.sum().backward();
        Assert.Same(now, router.Pass);
        foreach (var (key, parameter) in bench.Model.Adapter.NamedParameters.Where(pair => char.IsAsciiDigit(pair.Key[^1])))
            Assert.Equal(key.EndsWith('1'), parameter.grad is not null);
    }

    [Fact]
    public void Evaluation_with_gradients_differentiates_the_average()
    {
        using var bench = Recomputed("adamix(houlsby)");
        bench.Classifier.eval();
        Logits(bench).sum().backward();
        Assert.All(bench.Model.Adapter!.NamedParameters, pair => Assert.NotNull(pair.Parameter.grad));
    }

    [Fact]
    public void Every_state_can_be_asked_for()
    {
        using var bench = Recomputed("lora");
        bench.Classifier.eval();
        var states = bench.Classifier.Encoder.States(bench.Inputs).HiddenStates;
        Assert.Equal(3, states.Count);
        bench.Classifier.Encoder.Stack.RecomputesActivations = false;
        foreach (var (one, other) in states.Zip(bench.Classifier.Encoder.States(bench.Inputs).HiddenStates))
            Assert.True(one.eq(other).all().ToBoolean());
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("adamix(houlsby)")]
    [InlineData("adamix(prefix)")]
    public void A_hundred_steps_leave_nothing(string method)
    {
        using var bench = Recomputed(method);
        void Step()
        {
            using var scope = NewDisposeScope();
            var (loss, _) = MixtureObjective.Loss(
                bench.Model, () => bench.Classifier.call(bench.Inputs), logits => nn.functional.cross_entropy(
                    logits, TinyEncoder.Labels()));
            Backward.Run(loss);
        }

        for (var warm = 0; warm < 12; warm++) // until every expert has a gradient
            Step();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (objects, mine) = (Tensor.TotalCount, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        for (var step = 0; step < 100; step++)
            Step();
        Assert.InRange(Tensor.TotalCount - objects, 0, 12);
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount - mine, 0, 12);
    }

    private static Bench Recomputed(params string[] methods)
    {
        var bench = new Bench();
        foreach (var method in methods)
            bench.Add(method, method);
        bench.Adapters.Activate(methods);
        bench.Classifier.train();
        bench.Classifier.Encoder.Stack.RecomputesActivations = true;
        return bench;
    }

    private static Tensor Logits(Bench bench) => bench.Model.Run(() => bench.Classifier.call(bench.Inputs));

    /// <summary>Without the head, which every adapter has one of.</summary>
    private static Tensor States(Bench bench) => bench.Model.Run(() => bench.Classifier.Encoder.call(bench.Inputs).LastHidden);

    private static void AssertRefused(Tensor states) =>
        Assert.Contains("keep the same adapters active", Assert.Throws<RecomputeException>(
            () => Backward.Run(states.sum())).Message);
}
