using TorchSharp.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp.SystemLibtorch.Tests;

/// <summary>Functions with a backward pass in C#.</summary>
public class FunctionTests
{
    [Fact]
    public void A_gradient_is_what_the_function_says()
    {
        Check.Gradient(x => Power.apply(x, 3), rand([2, 3], float64) + 1);
        var x = tensor(2.0, requires_grad: true);
        var y = Power.apply(x, 3);
        Assert.True(y.requires_grad);
        y.backward();
        Check.Near([12], x.grad!);
    }

    [Fact]
    public void One_function_serves_twice_in_a_graph()
    {
        Check.Gradient(x => Power.apply(Power.apply(x, 2) + Power.apply(x, 3), 2), rand([4], float64) + 1);
        var x = tensor(new double[] { 1, 2 }, requires_grad: true);
        var y = Power.apply(x, 2).sum();
        y.backward(retain_graph: true);
        y.backward();
        Check.Near([4, 8], x.grad!);
    }

    [Fact]
    public void Several_results_and_inputs_each_have_their_gradients()
    {
        var other = rand([3], float64);
        Check.Gradient(x => cat(SumAndProduct.apply(x, null!, other, "text").ToArray()), rand([3], float64));
        var (a, b) = (rand([3], float64).requires_grad_(), rand([3], float64).requires_grad_());
        var both = SumAndProduct.apply(a, null!, b, "text");
        (both[0].sum() + (2 * both[1]).sum()).backward();
        Check.Same(1 + (2 * b.detach()), a.grad!);
        Check.Same(1 + (2 * a.detach()), b.grad!);
    }

    [Fact]
    public void Results_that_nothing_depends_on_have_zeros_or_no_gradient()
    {
        var (a, b) = (ones(2).requires_grad_(), ones(2).requires_grad_());
        SumAndProduct.apply(a, null!, b, "text")[0].sum().backward();
        Assert.Equal("zeros", SumAndProduct.Seen);
        SumAndProduct.apply(a, null!, b, "sparse")[0].sum().backward();
        Assert.Equal("null", SumAndProduct.Seen);
        Check.Near([2, 2], a.grad!);
    }

    [Fact]
    public void A_null_gradient_is_none()
    {
        var (a, b) = (ones(2).requires_grad_(), ones(2).requires_grad_());
        OneSided.apply(a, b).sum().backward();
        Check.Near([1, 1], a.grad!);
        Assert.Null(b.grad);
    }

    [Fact]
    public void Nothing_enters_the_graph_where_nothing_needs_a_gradient()
    {
        Assert.False(Power.apply(ones(2), 2).requires_grad);
        using (no_grad())
            Assert.False(Power.apply(ones(2).requires_grad_(), 2).requires_grad);
    }

    [Fact]
    public void Results_can_be_marked()
    {
        var x = ones(3).requires_grad_();
        var results = Marked.apply(x * 1, x);
        Assert.False(results[1].requires_grad);
        results[0].sum().backward();
        Check.Near([2, 2, 2], results[0].detach());
        Check.Near([2, 2, 2], x.grad!);
    }

    [Fact]
    public void An_exception_of_a_pass_is_the_callers()
    {
        Collect();
        var live = FunctionCall.LiveHandles;
        using var outer = NewDisposeScope();
        Assert.Equal("forward says no", Assert.Throws<TimeZoneNotFoundException>(() => Failing.apply(ones(2).requires_grad_(), "forward")).Message);
        var x = ones(2).requires_grad_();
        using (NewDisposeScope())
        {
            var y = Power.apply(Failing.apply(Power.apply(x, 2), "backward"), 2).sum();
            Assert.Equal("backward says no", Assert.Throws<TimeZoneNotFoundException>(() => y.backward(retain_graph: true)).Message);
            Assert.Null(x.grad);
            Assert.Equal("backward says no", Assert.Throws<TimeZoneNotFoundException>(() => grad([y], [x])).Message);
        }
        using (NewDisposeScope())
            Power.apply(x, 2).sum().backward();
        Check.Near([2, 2], x.grad!);
        Assert.Equal(live, FunctionCall.LiveHandles);
    }

    [Theory]
    [InlineData("few", "Failing: backward returned 1 gradients for 2 arguments")]
    [InlineData("wrong", "argument 2, which is no tensor")]
    public void A_wrong_list_of_gradients_is_an_error(string how, string message)
    {
        var y = Failing.apply(ones(2).requires_grad_(), how).sum();
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => y.backward()).Message);
    }

    [Fact]
    public void A_context_is_closed_outside_the_passes()
    {
        Kept.apply(ones(2).requires_grad_());
        Assert.Throws<InvalidOperationException>(() => Kept.Context!.get_saved_variables());
    }

    [Fact]
    public void A_saved_tensor_that_was_changed_is_an_error()
    {
        var x = ones(2).requires_grad_();
        var input = x * 1;
        var y = Power.apply(input, 2).sum();
        input.mul_(2);
        Assert.Contains("inplace", Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => y.backward()).Message);
    }

    [Fact]
    public void A_hundred_steps_leave_nothing()
    {
        var x = rand(50).requires_grad_();
        void Step()
        {
            using var scope = NewDisposeScope();
            var y = Power.apply(Power.apply(x, 2), 3);
            (y + SumAndProduct.apply(y, null!, x, "text")[1]).sum().backward();
        }
        Step();
        Collect();
        var (tensors, objects, handles) = (Core.SystemLibtorch.LiveTensors, Tensor.TotalCount, FunctionCall.LiveHandles);
        for (var step = 0; step < 100; step++)
            Step();
        Assert.Equal((tensors, objects, handles), (Core.SystemLibtorch.LiveTensors, Tensor.TotalCount, FunctionCall.LiveHandles));
    }

    private static void Collect()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private sealed class Power : SingleTensorFunction<Power>
    {
        public override string Name => nameof(Power);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0]]);
            ctx.save_data("exponent", vars[1]);
            return ((Tensor)vars[0]).pow((int)vars[1]);
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            var exponent = (int)ctx.get_data("exponent");
            return [grad_output * exponent * ctx.get_saved_variables()[0].pow(exponent - 1), null!];
        }
    }

    /// <summary>a + b and a * b, with an argument that is null and one that is a text between and after.</summary>
    private sealed class SumAndProduct : MultiTensorFunction<SumAndProduct>
    {
        public static string Seen { get; private set; } = "";

        public override string Name => nameof(SumAndProduct);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            var (a, b) = ((Tensor)vars[0], (Tensor)vars[2]);
            ctx.set_materialize_grads((string)vars[3] != "sparse");
            ctx.save_for_backward([a, null!, b]);
            return [a + b, a * b];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            Assert.Null(saved[1]);
            Seen = grad_outputs[1] is null ? "null" : grad_outputs[1].any().ToBoolean() ? "values" : "zeros";
            if (grad_outputs[1] is not { } product)
                return [grad_outputs[0], null!, grad_outputs[0], null!, null!];
            return [grad_outputs[0] + (product * saved[2]), null!, grad_outputs[0] + (product * saved[0]), null!];
        }
    }

    private sealed class OneSided : SingleTensorFunction<OneSided>
    {
        public override string Name => nameof(OneSided);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => (Tensor)vars[0] + (Tensor)vars[1];

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output, null!];
    }

    /// <summary>Doubles its first input in place, and gives a copy of the second that has no gradient.</summary>
    private sealed class Marked : MultiTensorFunction<Marked>
    {
        public override string Name => nameof(Marked);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            var (changed, copy) = ((Tensor)vars[0], ((Tensor)vars[1]).clone());
            changed.mul_(2);
            ctx.mark_dirty([changed]);
            ctx.mark_non_differentiable([copy]);
            return [changed, copy];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs) => [grad_outputs[0] * 2, null!];
    }

    private sealed class Failing : SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("how", vars[1]);
            return (string)vars[1] == "forward" ? throw new TimeZoneNotFoundException("forward says no") : (Tensor)vars[0] * 1;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => (string)ctx.get_data("how") switch
        {
            "few" => [grad_output],
            "wrong" => [grad_output, grad_output],
            _ => throw new TimeZoneNotFoundException("backward says no"),
        };
    }

    private sealed class Kept : SingleTensorFunction<Kept>
    {
        public static AutogradContext? Context { get; private set; }

        public override string Name => nameof(Kept);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]) + (Context = ctx).GetHashCode();

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output];
    }
}
