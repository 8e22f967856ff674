using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Decoding;

/// <summary>Linear maps of few rows without a graph, beside libtorch's.</summary>
public sealed class LinearMapTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 130, 33)]
    [InlineData(3, 67, 16)]
    [InlineData(16, 256, 64)]
    [InlineData(64, 65, 100)]
    [InlineData(65, 65, 100)] // as libtorch does it
    public void Few_rows_give_libtorchs_products(int rows, int outputs, int width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var decoding = LinearMap.Decoding();
        random.manual_seed(rows);
        var (x, weight, bias) = (randn(width, rows).t(), randn(outputs, width), randn(outputs)); // x is not contiguous
        foreach (var shift in (Tensor?[])[bias, null])
        {
            var (mine, theirs) = (LinearMap.Apply(x, weight, shift), nn.functional.linear(x, weight, shift!));
            Assert.Equal(theirs.shape, mine.shape);
            Assert.InRange((mine - theirs).abs().max().item<float>(), 0, 2e-6 * width);
        }
    }

    [Fact]
    public void Batches_of_sequences_keep_their_shape()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var decoding = LinearMap.Decoding();
        Assert.Equal([2L, 3, 5], LinearMap.Apply(randn(2, 3, 7), randn(5, 7), null).shape);
    }

    /// <summary>Whether a graph is recorded must not change a result outside decoding.</summary>
    [Fact]
    public void Outside_decoding_it_is_libtorchs_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (x, weight, bias) = (randn(3, 257), randn(65, 257), randn(65));
        using (LinearMap.Decoding())
            _ = LinearMap.Apply(x, weight, bias);
        Assert.True(LinearMap.Apply(x, weight, bias).equal(nn.functional.linear(x, weight, bias)).all().ToBoolean());
    }

    [Fact]
    public void Gradients_flow_where_they_are_asked_for()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (randn(2, 4), randn(3, 4).requires_grad_(true));
        Backward.Run(LinearMap.Apply(x, weight, null).sum());
        Assert.Equal([3L, 4], weight.grad!.shape);
    }
}
