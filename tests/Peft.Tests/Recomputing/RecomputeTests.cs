using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Tests.Recomputing;

/// <summary>A layer that is computed again in the backward pass, by itself.</summary>
public sealed class RecomputeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Linear _layer;
    private int _runs;

    public RecomputeTests()
    {
        manual_seed(1).Dispose();
        _layer = nn.Linear(4, 4);
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void It_is_computed_again_where_a_gradient_is_needed_and_only_there()
    {
        var x = randn(2, 4);
        var y = Recomputed(x);
        Assert.Equal(1, _runs);
        y.sum().backward();
        Assert.Equal(2, _runs);
        using (no_grad())
            Assert.False(Recomputed(x).requires_grad);
        Assert.Equal(3, _runs);
        _layer.weight!.requires_grad = _layer.bias!.requires_grad = false;
        Assert.False(Recomputed(x).requires_grad);
        Assert.True(Recomputed(x.requires_grad_()).requires_grad);
    }

    [Fact]
    public void Parameters_have_gradients_though_no_input_needs_one()
    {
        var x = randn(2, 4);
        Recomputed(x).sum().backward();
        Assert.True(_layer.weight!.grad!.abs().max().ToDouble() > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_are_the_same_to_the_bit(bool nested)
    {
        var x = randn(2, 4).requires_grad_();
        Tensor[] Gradients(Func<Tensor, Tensor> layer)
        {
            manual_seed(5).Dispose();
            layer(layer(x)).pow(2).sum().backward();
            return [Take(x), Take(_layer.weight!), Take(_layer.bias!), get_rng_state()];
        }

        var expected = Gradients(Pass);
        var found = Gradients(nested ? input => Recompute.Run(_layer, given => Recomputed(given[0]!), input) : Recomputed);
        foreach (var (one, other) in expected.Zip(found))
            Assert.True(one.eq(other).all().ToBoolean());
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        _layer.to(float64);
        var x = randn([2, 4], float64).requires_grad_();
        double Loss()
        {
            manual_seed(5).Dispose();
            return Recomputed(x).pow(2).sum().item<double>();
        }

        manual_seed(5).Dispose();
        Recomputed(x).pow(2).sum().backward();
        foreach (var leaf in (Tensor[])[x, _layer.weight!, _layer.bias!])
        {
            using var frozen = no_grad();
            for (var index = 0; index < leaf.numel(); index++)
            {
                var element = leaf.view(-1).narrow(0, index, 1);
                element.add_(1e-6);
                var above = Loss();
                element.sub_(2e-6);
                var below = Loss();
                element.add_(1e-6);
                Assert.Equal((above - below) / 2e-6, leaf.grad!.view(-1)[index].item<double>(), 1e-7);
            }
        }
    }

    [Fact]
    public void Gradients_can_be_asked_for_and_taken_twice()
    {
        var x = randn(2, 4).requires_grad_();
        var loss = Recomputed(x).sum();
        var found = autograd.grad([loss], [x, _layer.weight!], retain_graph: true);
        Assert.Null(_layer.weight!.grad);
        loss.backward();
        Assert.True(found[1].eq(_layer.weight.grad!).all().ToBoolean());
        Assert.True(found[0].eq(x.grad!).all().ToBoolean());
    }

    [Fact]
    public void What_the_caller_frees_is_not_needed()
    {
        var x = randn(2, 4).requires_grad_();
        var input = x * 1;
        var mask = ones(2, 1);
        var y = Recompute.Run(_layer, given => Pass(given[0]!) * given[1]!, input, mask);
        var loss = y.sum();
        foreach (var tensor in (Tensor[])[input, mask, y])
            tensor.Dispose();
        loss.backward();
        Assert.NotNull(x.grad);
    }

    [Fact]
    public void The_pass_in_progress_is_that_of_the_forward_pass()
    {
        var x = randn(2, 3, 4).requires_grad_();
        Tensor Loss(Func<Tensor, Tensor> layer)
        {
            using var mask = tensor(new long[] { 1, 1, 0, 1, 0, 0 }, 2, 3);
            using var pass = ForwardPass.Begin(mask, isCausal: true);
            return layer(x).sum();
        }

        Tensor Averaged(Tensor input) => TokenMean.Compute(_layer.call(input), TokenPooling.Real);
        Loss(Averaged).backward();
        var expected = Take(x);
        using var other = ForwardPass.Begin(ones(2, 3));
        Loss(input => Recompute.Run(_layer, given => Averaged(given[0]!), input)).backward();
        Assert.True(expected.eq(x.grad!).all().ToBoolean());
    }

    [Fact]
    public void An_exception_when_computed_again_is_the_callers_and_leaves_things_as_they_were()
    {
        var x = randn(2, 4).requires_grad_();
        var loss = Recompute.Run(_layer, given => Once(given[0]!), x).sum();
        var state = get_rng_state();
        Assert.Equal("not again", Assert.Throws<TimeZoneNotFoundException>(() => Backward.Run(loss)).Message);
        Assert.True(state.eq(get_rng_state()).all().ToBoolean());
        Assert.Null(x.grad);
        Assert.Null(_layer.weight!.grad);
        Recomputed(x).sum().backward();
        Assert.NotNull(x.grad);
    }

    [Fact]
    public void A_second_derivative_is_refused()
    {
        var x = randn(2, 4).requires_grad_();
        autograd.grad([Recomputed(x).sum()], [x], create_graph: true);
        Assert.Contains("create_graph", Assert.Throws<RecomputeException>(Backward.ThrowPending).Message);
    }

    [Fact]
    public void Another_mode_is_refused()
    {
        var loss = Recomputed(randn(2, 4)).sum();
        _layer.eval();
        Assert.Contains("Linear was put into evaluation mode", Assert.Throws<RecomputeException>(
            () => Backward.Run(loss)).Message);
    }

    [Fact]
    public void A_parameter_changed_before_the_backward_pass_is_refused()
    {
        var loss = Recomputed(randn(2, 4)).sum();
        using (no_grad())
            _layer.weight!.mul_(2);
        Assert.Contains("inplace", Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => Backward.Run(loss)).Message);
    }

    private Tensor Recomputed(Tensor x) => Recompute.Run(_layer, given => Pass(given[0]!), x);

    private Tensor Pass(Tensor x)
    {
        _runs++;
        return nn.functional.dropout(_layer.call(x), 0.4).tanh();
    }

    private Tensor Once(Tensor x)
    {
        var y = Pass(x); // draws
        return _runs == 1 ? y : throw new TimeZoneNotFoundException("not again");
    }

    private static Tensor Take(Tensor leaf)
    {
        var gradient = leaf.grad!;
        leaf.grad = null!;
        return gradient;
    }
}
