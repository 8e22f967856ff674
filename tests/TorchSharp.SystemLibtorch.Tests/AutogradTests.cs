using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

public class AutogradTests
{
    [Fact]
    public void Gradients_accumulate_in_leaves()
    {
        var x = tensor(new double[] { 1, 2 }, requires_grad: true);
        (x * x).sum().backward();
        (3 * x).sum().backward();
        Check.Near([5, 7], x.grad!);
        x.grad = null;
        Assert.Null(x.grad);
        Check.Near([3, 12], autograd.grad([x.pow(3).sum()], [x])[0]);
        Assert.Null(x.grad);
        x.mul(x).backward([tensor(new double[] { 1, 10 })]);
        Check.Near([2, 40], x.grad!);
    }

    [Fact]
    public void Modes_nest()
    {
        var x = ones(1).requires_grad_();
        using (no_grad())
        {
            Assert.False((x + 1).requires_grad);
            using (enable_grad())
                Assert.True((x + 1).requires_grad);
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        Assert.False((x + 1).detach().requires_grad);
        Assert.True(x.is_leaf);
        Assert.False((x + 1).is_leaf);
        var middle = x * 2;
        middle.retain_grad();
        middle.sum().backward();
        Check.Near([1], middle.grad!);
    }

    [Fact]
    public void Dropout_has_the_gradient_of_its_mask()
    {
        Check.Gradient(x =>
        {
            manual_seed(3).Dispose();
            return nn.functional.dropout(x.pow(2), 0.4);
        }, rand([3, 5], float64) + 1);
    }

    [Fact]
    public void Dropout_differentiates_twice()
    {
        var x = rand([20], float64).requires_grad_();
        manual_seed(3).Dispose();
        var y = nn.functional.dropout(x.pow(3), 0.5);
        var first = autograd.grad([y.sum()], [x], create_graph: true)[0];
        var mask = (y.detach() / x.detach().pow(3)).round();
        Check.Same(6 * x.detach() * mask, autograd.grad([first.sum()], [x])[0]);
    }

    // Five keys: at width 2 the probabilities are computed again in the backward pass, at width 4 they are kept.
    [Theory]
    [InlineData("none", false, 0.0, 4)]
    [InlineData("none", true, 0.3, 4)]
    [InlineData("none", true, 0.3, 2)]
    [InlineData("bool", false, 0.3, 4)]
    [InlineData("row", false, 0.3, 4)]
    [InlineData("row", false, 0.3, 2)]
    [InlineData("full", true, 0.0, 4)]
    [InlineData("two", false, 0.0, 4)]
    public void Attention_has_the_gradients_of_its_formula(string kind, bool causal, double p, int width)
    {
        manual_seed(5).Dispose();
        var (q, k, v) = (randn([2, 2, 3, width], float64), randn([2, 2, 5, width], float64), randn([2, 2, 5, 3], float64));
        var mask = kind switch
        {
            "bool" => ((Tensor)(rand(2, 1, 1, 5) > 0.3)).logical_or(tensor(new[] { true, false, false, false, false })),
            "row" => randn([2, 1, 1, 5], float64),
            "full" => randn([1, 2, 3, 5], float64),
            "two" => randn([3, 5], float64),
            _ => null,
        };
        Tensor Attend(Tensor a, Tensor b, Tensor c, Tensor? m)
        {
            manual_seed(11).Dispose();
            return nn.functional.scaled_dot_product_attention(a, b, c, m, p, causal);
        }
        Check.Gradient(x => Attend(x, k, v, mask), q);
        Check.Gradient(x => Attend(q, x, v, mask), k);
        Check.Gradient(x => Attend(q, k, x, mask), v);
        if (mask is { } added && added.is_floating_point())
            Check.Gradient(x => Attend(q, k, v, x), added);
        if (p == 0)
            Check.Same(Compose(q, k, v, mask, causal), Attend(q, k, v, mask), 1e-12);
    }

    [Fact]
    public void Attention_drops_what_dropout_would_drop()
    {
        var (q, k) = (randn([2, 3, 4, 8], float64), randn([2, 3, 6, 8], float64));
        var v = eye(6, dtype: float64).expand(2, 3, 6, 6);
        manual_seed(1).Dispose();
        var attended = nn.functional.scaled_dot_product_attention(q, k, v, p: 0.5);
        manual_seed(1).Dispose();
        var probabilities = (q.matmul(k.transpose(-2, -1)) / Math.Sqrt(8)).softmax(-1);
        Check.Same(nn.functional.dropout(probabilities, 0.5), attended, 1e-12);
    }

    [Fact]
    public void Attention_agrees_in_bfloat16_and_three_dimensions()
    {
        var (q, k, v) = (randn(2, 2, 4, 8), randn(2, 2, 4, 8), randn(2, 2, 4, 8));
        var whole = nn.functional.scaled_dot_product_attention(q, k, v);
        Check.Same(whole, nn.functional.scaled_dot_product_attention(q.bfloat16(), k.bfloat16(), v.bfloat16()).@float(), 0.05);
        Check.Same(whole[0], nn.functional.scaled_dot_product_attention(q[0], k[0], v[0]), 1e-6);
    }

    [Fact]
    public void Attention_refuses_a_second_derivative()
    {
        var q = randn(1, 1, 2, 2).requires_grad_();
        var error = Assert.Throws<ExternalException>(() => autograd.grad([nn.functional.scaled_dot_product_attention(q, q, q).sum()], [q], create_graph: true));
        Assert.Contains("no double backward", error.Message);
    }

    private static Tensor Compose(Tensor q, Tensor k, Tensor v, Tensor? mask, bool causal)
    {
        var scores = q.matmul(k.transpose(-2, -1)) / Math.Sqrt(q.size(-1));
        if (mask is not null)
            scores = mask.dtype == @bool ? scores.masked_fill(~mask, double.NegativeInfinity) : scores + mask;
        if (causal)
            scores = scores.masked_fill(ones([q.size(-2), k.size(-2)], @bool).tril().logical_not(), double.NegativeInfinity);
        return scores.softmax(-1).matmul(v);
    }
}
