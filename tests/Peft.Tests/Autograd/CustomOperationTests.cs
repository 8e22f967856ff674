using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Autograd;

/// <summary>Operations with a backward pass of their own: failures, undefined gradients, lifetimes.</summary>
public sealed class CustomOperationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Gradients_are_those_of_the_operation()
    {
        var x = randn(3, 4).requires_grad_();
        Backward.Run((new Scaled(3).Of(x) * x).sum());
        Assert.True(allclose(x.grad!, 6 * x.detach()));
    }

    [Fact]
    public void An_exception_reaches_the_caller_as_it_was_thrown()
    {
        var x = randn(3).requires_grad_();
        var problem = new TimeZoneNotFoundException("as thrown");
        var loss = new Scaled(2).Of(new Scaled(3) { Failure = problem }.Of(new Scaled(4).Of(x))).sum();
        Assert.Same(problem, Assert.Throws<TimeZoneNotFoundException>(() => Backward.Run(loss)));
        Assert.Null(x.grad);
        Backward.Run(new Scaled(2).Of(x).sum());
        Assert.NotNull(x.grad);
    }

    [Fact]
    public void An_exception_reaches_the_caller_of_Gradients()
    {
        var x = randn(3).requires_grad_();
        var loss = new Scaled(3) { Failure = new TimeZoneNotFoundException("as thrown") }.Of(x).sum();
        Assert.Equal("as thrown", Assert.Throws<TimeZoneNotFoundException>(() => Backward.Gradients([loss], [x])).Message);
        Backward.ThrowPending();
    }

    [Fact]
    public void An_error_of_libtorch_reaches_the_caller_of_Gradients()
    {
        var x = randn(3).requires_grad_();
        var loss = x.pow(2).sum();
        Backward.Run(loss);
        var before = x.grad!.clone();
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => Backward.Gradients([loss], [x])).Message);
        Assert.True(before.eq(x.grad).all().ToBoolean());
    }

    [Fact]
    public void Gradients_are_returned_and_not_accumulated()
    {
        var x = randn(3).requires_grad_();
        var unused = randn(3).requires_grad_();
        var inner = new Scaled(2).Of(x);
        var found = Backward.Gradients([new Scaled(3).Of(inner)], [x, unused, inner, x], [ones(3)]);
        Assert.Null(x.grad);
        Assert.Null(found[1]);
        foreach (var (gradient, expected) in new[] { found[0]!, found[2]!, found[3]! }.Zip([6.0f, 3, 6]))
            Assert.True(allclose(gradient, full(3, expected)));
    }

    [Fact]
    public void A_failure_does_not_end_a_process_that_calls_autograd_grad()
    {
        var x = randn(3).requires_grad_();
        autograd.grad([new Scaled(3) { Failure = new TimeZoneNotFoundException("late") }.Of(x).sum()], [x]);
        Assert.Equal("late", Assert.Throws<TimeZoneNotFoundException>(Backward.ThrowPending).Message);
    }

    [Fact]
    public void Without_our_backward_the_next_operation_throws_it()
    {
        var x = randn(3).requires_grad_();
        new Scaled(3) { Failure = new TimeZoneNotFoundException("late") }.Of(x).sum().backward();
        Assert.Equal("late", Assert.Throws<TimeZoneNotFoundException>(() => new Scaled(2).Of(x)).Message);
        Assert.True(new Scaled(2).Of(x).requires_grad);
    }

    [Fact]
    public void Without_our_backward_an_optimiser_can_ask_for_it()
    {
        var x = randn(3).requires_grad_();
        new Scaled(3) { Failure = new TimeZoneNotFoundException("late") }.Of(x).sum().backward();
        Assert.Equal("late", Assert.Throws<TimeZoneNotFoundException>(Backward.ThrowPending).Message);
        Backward.ThrowPending();
    }

    [Fact]
    public void A_failure_of_one_thread_is_not_thrown_on_another()
    {
        var x = randn(3).requires_grad_();
        new Scaled(3) { Failure = new TimeZoneNotFoundException("mine") }.Of(x).sum().backward();
        var other = new Thread(Backward.ThrowPending);
        other.Start();
        other.Join();
        Assert.Throws<TimeZoneNotFoundException>(Backward.ThrowPending);
    }

    [Fact]
    public void Undefined_gradients_are_null()
    {
        var x = randn(3).requires_grad_();
        var pair = new Pair();
        var outputs = pair.Of(x);
        Backward.Run(outputs[1].sum());
        Assert.Equal([true, false], pair.WasNull!);
        Assert.True(allclose(x.grad!, full(3, 2.0f)));
    }

    [Theory]
    [InlineData(0, "Scaled returned 0 gradients for 2 inputs.")]
    [InlineData(3, "Scaled returned 3 gradients for 2 inputs.")]
    [InlineData(2, "Scaled returned a gradient for input 1, which was null.")]
    public void Wrong_gradients_are_refused(int count, string message)
    {
        var x = randn(3).requires_grad_();
        var loss = new Scaled(3) { Count = count }.Of(x).sum();
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => Backward.Run(loss)).Message);
    }

    [Fact]
    public void A_gradient_of_another_shape_is_refused()
    {
        var x = randn(3).requires_grad_();
        var loss = new Scaled(3) { Reshapes = true }.Of(x).sum();
        Assert.Contains("invalid gradient", Assert.Throws<ExternalException>(() => Backward.Run(loss)).Message);
    }

    [Fact]
    public void A_second_pass_needs_the_graph_retained()
    {
        var x = randn(3).requires_grad_();
        var loss = new Scaled(3).Of(x).sum();
        Backward.Run(loss, retainGraph: true);
        Backward.Run(loss);
        Assert.True(allclose(x.grad!, full(3, 6.0f)));
        Assert.Contains("retainGraph", Assert.Throws<InvalidOperationException>(() => Backward.Run(loss)).Message);
    }

    [Fact]
    public void A_second_derivative_is_refused()
    {
        var x = randn(3).requires_grad_();
        var loss = new Scaled(3).Of(x).sum();
        autograd.backward([loss], create_graph: true);
        Assert.Contains("Scaled has no second derivative", Assert.Throws<NotSupportedException>(Backward.ThrowPending).Message);
    }

    [Fact]
    public void What_was_saved_must_not_change()
    {
        var x = randn(3).requires_grad_();
        var y = x * 1;
        var loss = new Scaled(3).Of(y).sum();
        y.add_(1);
        Assert.Contains("inplace", Assert.Throws<ExternalException>(() => Backward.Run(loss)).Message);
    }

    [Fact]
    public void Nothing_is_recorded_where_no_gradient_is_needed()
    {
        Assert.False(new Scaled(3).Of(randn(3)).requires_grad);
        using var frozen = no_grad();
        Assert.False(new Scaled(3).Of(randn(3).requires_grad_()).requires_grad);
    }

    [Fact]
    public void A_result_may_be_saved()
    {
        var x = randn(3).requires_grad_();
        Backward.Run(new Exponential().Of(x).sum());
        Assert.True(allclose(x.grad!, x.detach().exp()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tensors_of_a_step_are_freed(bool plainly)
    {
        var x = randn(3).requires_grad_();
        var layer = nn.Linear(3, 3);
        var live = new List<long>();
        for (var step = 0; step < 100; step++)
        {
            var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
            using (NewDisposeScope())
            {
                var loss = Loss(layer, x);
                var during = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
                if (plainly)
                    loss.backward();
                else
                    Backward.Run(loss);
                if (!plainly && step > 0)
                    Assert.Equal(during, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
                x.grad!.zero_();
            }

            live.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount - before);
        }

        // Without our backward the last results wait for the next pass, so that only the first step differs.
        Assert.All(live.Skip(1), count => Assert.Equal(0, count));
    }

    [Fact]
    public void A_recomputed_layer_may_contain_operations()
    {
        var x = randn(3).requires_grad_();
        var layer = nn.Linear(3, 3);
        Backward.Run(Loss(layer, x));
        var expected = x.grad!.clone();
        x.grad.zero_();
        Backward.Run(Recompute.Run(layer, given => new Scaled(2).Of(layer.call(new Exponential().Of(given[0]!))), x).sum());
        Assert.True(expected.eq(x.grad).all().ToBoolean());
        var failing = Recompute.Run(
            layer, given => new Scaled(2) { Failure = new TimeZoneNotFoundException("inside") }.Of(given[0]!), x).sum();
        Assert.Equal("inside", Assert.Throws<TimeZoneNotFoundException>(() => Backward.Run(failing)).Message);
        Assert.True(expected.eq(x.grad).all().ToBoolean());
    }

    private static Tensor Loss(nn.Module<Tensor, Tensor> layer, Tensor x) => new Scaled(2).Of(layer.call(new Exponential().Of(x))).sum();

    /// <summary>factor * x, and what can go wrong with it.</summary>
    private sealed class Scaled(double factor) : ICustomGradient
    {
        public string Name => nameof(Scaled);

        public Exception? Failure { get; init; }

        public int Count { get; init; } = 1;

        public bool Reshapes { get; init; }

        public Tensor Of(Tensor x)
        {
            var output = x.detach() * factor;
            return CustomOperation.Record(this, Count == 1 ? [x] : [x, null], [output], [x])[0];
        }

        public IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients)
        {
            if (Failure is not null)
                throw Failure;
            var gradient = gradients[0]! * factor;
            return Enumerable.Repeat((Tensor?)(Reshapes ? cat([gradient, gradient]) : gradient), Count).ToList();
        }
    }

    /// <summary>e^x, which saves its result.</summary>
    private sealed class Exponential : ICustomGradient
    {
        public string Name => nameof(Exponential);

        public Tensor Of(Tensor x)
        {
            var output = x.detach().exp();
            return CustomOperation.Record(this, [x], [output], [output])[0];
        }

        public IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients) =>
            [gradients[0]! * saved[0]!];
    }

    /// <summary>x and 2 x.</summary>
    private sealed class Pair : ICustomGradient
    {
        public bool[]? WasNull { get; private set; }

        public string Name => nameof(Pair);

        public IReadOnlyList<Tensor> Of(Tensor x) => CustomOperation.Record(this, [x], [x.detach().clone(), x.detach() * 2], []);

        public IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients)
        {
            WasNull = [.. gradients.Select(gradient => gradient is null)];
            return [gradients[1]! * 2];
        }
    }
}
