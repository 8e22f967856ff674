using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

/// <summary>nn.functional.linear, whose rows are shared out among the threads from 64 rows a thread on.</summary>
public sealed class LinearTests : IDisposable
{
    private const int Many = 300;

    private readonly int _threads = get_num_threads();

    /// <summary>One thread would take libtorch's own product, and nothing here would be tested.</summary>
    public LinearTests() => set_num_threads(2);

    public void Dispose() => set_num_threads(_threads);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_in_blocks_equal_the_product(bool hasBias)
    {
        manual_seed(1).Dispose();
        var (x, weight, bias) = (randn([4, Many, 12], float64), randn([7, 12], float64), hasBias ? randn([7], float64) : null);
        Check.Same(Product(x, weight, bias), nn.functional.linear(x, weight, bias), 1e-12);
        Check.Same(Product(x, weight, bias).to(float32), nn.functional.linear(x.to(float32), weight.to(float32), bias?.to(float32)), 1e-4);
    }

    [Fact]
    public void Views_and_empty_and_small_inputs_are_multiplied_as_well()
    {
        manual_seed(2).Dispose();
        var weight = randn([12, 7], float64).t();
        var bias = randn([14], float64)[TensorIndex.Slice(step: 2)];
        foreach (var x in new[] { randn([12, Many, 5], float64).permute(1, 2, 0), randn([2, 12], float64), randn([12], float64) })
            Check.Same(Product(x, weight, bias), nn.functional.linear(x, weight, bias), 1e-12);
        Assert.Equal([0L, 7L], nn.functional.linear(zeros([0, 12], float64), weight, bias).shape);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void Whoever_wants_a_gradient_has_that_of_the_product(bool ofInput, bool ofWeight, bool ofBias)
    {
        manual_seed(3).Dispose();
        Tensor[] given = [randn([2, Many, 5], float64), randn([3, 5], float64), randn([3], float64)];
        bool[] wanted = [ofInput, ofWeight, ofBias];
        var ours = given.Select((tensor, i) => tensor.clone().requires_grad_(wanted[i])).ToArray();
        var plain = given.Select((tensor, i) => tensor.clone().requires_grad_(wanted[i])).ToArray();
        nn.functional.linear(ours[0], ours[1], ours[2]).pow(2).sum().backward();
        Product(plain[0], plain[1], plain[2]).pow(2).sum().backward();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(wanted[i], ours[i].grad is not null);
            if (wanted[i])
                Check.Same(plain[i].grad!, ours[i].grad!, 1e-9);
        }
    }

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        manual_seed(4).Dispose();
        var (weight, bias, x) = (randn([2, 3], float64), randn([2], float64), randn([Many, 3], float64));
        Check.Gradient(input => nn.functional.linear(input, weight, bias).pow(2), x, tolerance: 1e-6);
        Check.Gradient(matrix => nn.functional.linear(x, matrix, bias).pow(2), weight, tolerance: 1e-5);
        Check.Gradient(offset => nn.functional.linear(x, weight, offset).pow(2), bias, tolerance: 1e-5);
    }

    [Fact]
    public void It_differentiates_twice()
    {
        manual_seed(5).Dispose();
        var (x, weight) = (randn([Many, 3], float64).requires_grad_(), randn([2, 3], float64).requires_grad_());
        var first = autograd.grad([nn.functional.linear(x, weight).pow(2).sum()], [x], retain_graph: true, create_graph: true)[0];
        var plain = autograd.grad([Product(x, weight, null).pow(2).sum()], [x], retain_graph: true, create_graph: true)[0];
        Check.Same(autograd.grad([plain.pow(2).sum()], [weight])[0], autograd.grad([first.pow(2).sum()], [weight])[0], 1e-8);
    }

    [Fact]
    public void A_weight_of_another_width_is_an_error()
    {
        var error = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => nn.functional.linear(ones(Many, 5), ones(3, 6)));
        Assert.Contains($"{Many}x5", error.Message);
    }

    private static Tensor Product(Tensor x, Tensor weight, Tensor? bias) => bias is null ? x.matmul(weight.t()) : x.matmul(weight.t()) + bias;
}
