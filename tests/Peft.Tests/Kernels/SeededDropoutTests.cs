using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Kernels;

/// <summary>Dropout whose mask follows from a seed.</summary>
public sealed class SeededDropoutTests : IDisposable
{
    private const int Many = 1_000_003;

    private readonly DisposeScope _scope = NewDisposeScope();

    public SeededDropoutTests() => manual_seed(3).Dispose();

    public static TheoryData<ScalarType> Types => [ScalarType.Float32, ScalarType.BFloat16];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void As_many_are_dropped_as_asked_for(double p)
    {
        var dropped = SeededDropout.Apply(ones(Many), p, true);
        var share = dropped.eq(0).to_type(ScalarType.Float64).mean().item<double>();
        Assert.InRange(share, p - (4 * Math.Sqrt(p * (1 - p) / Many)), p + (4 * Math.Sqrt(p * (1 - p) / Many)));
        var kept = dropped.masked_select(dropped.ne(0));
        Assert.True(kept.eq((float)(1 / (1 - p))).all().ToBoolean());
    }

    [Fact]
    public void Neighbours_are_independent()
    {
        const double P = 0.3;
        var dropped = SeededDropout.Apply(ones(Many), P, true).eq(0).to_type(ScalarType.Float64);
        foreach (var lag in (int[])[1, 2, 3, 8, 16, 32, 64, 128, 768])
        {
            var both = (dropped.narrow(0, 0, Many - lag) * dropped.narrow(0, lag, Many - lag)).mean().item<double>();
            Assert.InRange(both, (P * P) - 0.002, (P * P) + 0.002);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_generator_s_seed_decides(ScalarType type)
    {
        var x = randn(5, 77, 3).to_type(type);
        Tensor Draw(long seed)
        {
            manual_seed(seed).Dispose();
            return SeededDropout.Apply(x, 0.5, true);
        }

        Assert.True(Draw(1).eq(Draw(1)).all().ToBoolean());
        Assert.False(Draw(1).eq(Draw(2)).all().ToBoolean());
        Assert.False(SeededDropout.Apply(x, 0.5, true).eq(SeededDropout.Apply(x, 0.5, true)).all().ToBoolean());
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var x = randn(300, 1001);
        var before = get_num_threads();
        Tensor With(int threads)
        {
            set_num_threads(threads);
            manual_seed(1).Dispose();
            return SeededDropout.Apply(x, 0.1, true);
        }

        try
        {
            Assert.True(With(1).eq(With(4)).all().ToBoolean());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_gradient_has_the_output_s_mask(ScalarType type)
    {
        var x = ones(7, 33).to_type(type).requires_grad_();
        var output = SeededDropout.Apply(x.transpose(0, 1), 0.4, true);
        Backward.Run(output.sum());
        Assert.True(x.grad!.transpose(0, 1).eq(output).all().ToBoolean());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_residual_is_added(ScalarType type)
    {
        var x = randn(7, 133).to_type(type).requires_grad_();
        var residual = randn(7, 133).to_type(type).requires_grad_();
        manual_seed(1).Dispose();
        var expected = SeededDropout.Apply(x, 0.4, true).to_type(ScalarType.Float32) + residual.to_type(ScalarType.Float32);
        manual_seed(1).Dispose();
        var sum = SeededDropout.AddTo(residual, x, 0.4, true);
        Assert.Equal(type, sum.dtype);
        Assert.True((expected - sum).abs().max().item<float>() <= (type == ScalarType.Float32 ? 1e-6 : 0.02));
        var slope = randn(7, 133).to_type(type);
        Backward.Run((sum * slope).sum());
        Assert.True(residual.grad!.eq(slope).all().ToBoolean());
        manual_seed(1).Dispose();
        var mask = SeededDropout.Apply(ones(7, 133).to_type(type), 0.4, true).ne(0);
        var byInput = (slope.to_type(ScalarType.Float32) / 0.6).masked_fill(mask.logical_not(), 0);
        Assert.True((x.grad! - byInput).abs().max().item<float>() < (type == ScalarType.Float32 ? 1e-5 : 0.03));
    }

    [Theory]
    [InlineData(0.3, false)]
    [InlineData(0, true)]
    public void There_is_nothing_to_do(double p, bool training)
    {
        var x = randn(3);
        Assert.Same(x, SeededDropout.Apply(x, p, training));
        Assert.True((x + x).eq(SeededDropout.AddTo(x, x, p, training)).all().ToBoolean());
    }

    [Fact]
    public void Float64_is_libtorch_s()
    {
        var x = ones([1000], ScalarType.Float64);
        manual_seed(1).Dispose();
        var expected = nn.functional.dropout(x, 0.4);
        manual_seed(1).Dispose();
        Assert.True(expected.eq(SeededDropout.Apply(x, 0.4, true)).all().ToBoolean());
    }

    [Fact]
    public void All_is_dropped_at_one() => Assert.True(SeededDropout.Apply(ones(100), 1, true).eq(0).all().ToBoolean());

    [Fact]
    public void NaN_stays()
    {
        var x = full(640, float.NaN);
        Assert.True(SeededDropout.Apply(x, 0.001, true).isnan().any().ToBoolean());
        Assert.True(SeededDropout.Apply(x.to_type(ScalarType.BFloat16), 0.001, true).isnan().any().ToBoolean());
    }
}
