using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Kernels;

/// <summary>Attention with dropout, which keeps a seed.</summary>
public sealed class DroppedAttentionTests : IDisposable
{
    private const double Nothing = 1e-9; // rounds to a probability of 0, so that the kernel computes attention without dropout

    private readonly DisposeScope _scope = NewDisposeScope();

    public DroppedAttentionTests() => manual_seed(3).Dispose();

    /// <summary>Masks by name, queries, keys, dtype.</summary>
    public static TheoryData<string, int, int, ScalarType> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int, ScalarType>();
            foreach (var mask in (string[])["none", "padding", "pairs", "causal", "added", "nothing", "long"])
            {
                foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
                {
                    cases.Add(mask, 19, 19, type);
                    cases.Add(mask, 1, 70, type);
                    cases.Add(mask, 64, 96, type);
                }
            }

            return cases;
        }
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Without_dropout_it_is_libtorch_s(string name, int queries, int keys, ScalarType type)
    {
        var (q, k, v) = Inputs(queries, keys, type);
        var slope = randn(3, 2, queries, 8).to_type(type);
        var mask = Mask(name, queries, keys, type);
        var expected = Results(q, k, v, slope, () => nn.functional.scaled_dot_product_attention(q, k, v, mask!));
        var found = Results(q, k, v, slope, () => new AttentionInputs(k, v, mask).Over(q, Nothing));
        var tolerance = type == ScalarType.Float32 ? 1e-5 : 0.06;
        foreach (var (one, other) in expected.Zip(found))
        {
            Assert.False(other.isnan().any().ToBoolean());
            Assert.True((one - other).abs().max().to_type(ScalarType.Float32).item<float>() < tolerance);
        }
    }

    [Theory]
    [InlineData("none", 70)]
    [InlineData("padding", 70)]
    [InlineData("causal", 19)]
    public void Gradients_agree_with_finite_differences(string name, int keys)
    {
        var (q, k, v) = Inputs(name == "causal" ? 19 : 5, keys, ScalarType.Float32);
        var slope = randn(q.shape);
        var mask = Mask(name, (int)q.shape[2], keys, ScalarType.Float32);
        double Loss()
        {
            manual_seed(5).Dispose();
            using var frozen = no_grad();
            return (new AttentionInputs(k, v, mask).Over(q, 0.3) * slope).sum(ScalarType.Float64).item<double>();
        }

        manual_seed(5).Dispose();
        Backward.Run((new AttentionInputs(k, v, mask).Over(q, 0.3) * slope).sum());
        foreach (var input in (Tensor[])[q, k, v])
        {
            using var frozen = no_grad();
            var direction = randn(input.shape);
            var before = input.clone();
            input.add_(direction, 1e-2);
            var above = Loss();
            input.copy_(before - (1e-2 * direction));
            var below = Loss();
            input.copy_(before);
            var expected = (above - below) / 2e-2;
            var found = (input.grad! * direction).sum().item<float>();
            Assert.InRange(found, expected - (2e-3 * (1 + Math.Abs(expected))), expected + (2e-3 * (1 + Math.Abs(expected))));
        }
    }

    [Fact]
    public void As_many_probabilities_are_dropped_as_asked_for()
    {
        // Equal probabilities and values of one, so that a result is the share that was kept, scaled.
        var (q, k, v) = (zeros(4, 4, 100, 8), zeros(4, 4, 100, 8), ones(4, 4, 100, 8));
        var mean = new AttentionInputs(k, v, null).Over(q, 0.2).select(3, 0);
        Assert.InRange(mean.mean().item<float>(), 0.995, 1.005);
        Assert.InRange(mean.std().item<float>(), 0.045, 0.055); // sqrt(0.2 / 0.8 / 100)
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var (q, k, v) = Inputs(64, 96, ScalarType.Float32);
        var before = get_num_threads();
        Tensor[] With(int threads)
        {
            set_num_threads(threads);
            manual_seed(1).Dispose();
            return Results(q, k, v, ones(3, 2, 64, 8), () => new AttentionInputs(k, v, null).Over(q, 0.2));
        }

        try
        {
            foreach (var (one, other) in With(1).Zip(With(3)))
                Assert.True((one - other).abs().max().item<float>() < 1e-5);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void The_generator_s_seed_decides()
    {
        var (q, k, v) = Inputs(19, 19, ScalarType.Float32);
        Tensor Draw(long seed)
        {
            manual_seed(seed).Dispose();
            return new AttentionInputs(k, v, null).Over(q, 0.5);
        }

        Assert.True(Draw(1).eq(Draw(1)).all().ToBoolean());
        Assert.False(Draw(1).eq(Draw(2)).all().ToBoolean());
    }

    [Fact]
    public void A_mask_that_does_not_fit_is_refused()
    {
        var (q, k, v) = Inputs(19, 19, ScalarType.Float32);
        var problem = Assert.Throws<ArgumentException>(() => new AttentionInputs(k, v, ones(2, 1, 1, 19, dtype: ScalarType.Bool))
            .Over(q, 0.5));
        Assert.Contains("[2, 1, 1, 19] does not broadcast to [3, 2, 19, 19]", problem.Message);
    }

    [Fact]
    public void Frozen_inputs_have_no_gradient()
    {
        var (q, k, v) = Inputs(19, 19, ScalarType.Float32);
        Backward.Run(new AttentionInputs(k.detach(), v, null).Over(q, 0.5).sum());
        Assert.Null(k.grad);
        Assert.NotNull(q.grad);
        Assert.NotNull(v.grad);
    }

    private static (Tensor Query, Tensor Key, Tensor Value) Inputs(int queries, int keys, ScalarType type)
    {
        Tensor Make(int length) => randn(3, length, 2, 8).to_type(type).transpose(1, 2).detach().requires_grad_();
        return (Make(queries), Make(keys), Make(keys));
    }

    private static Tensor? Mask(string name, int queries, int keys, ScalarType type) => name switch
    {
        "none" => null,
        "padding" => rand(3, 1, 1, keys) > 0.3,
        "pairs" => rand(3, 1, queries, keys) > 0.3,
        "causal" => ones(queries, keys, dtype: ScalarType.Bool).tril(keys - queries),
        "added" => randn(3, 2, queries, keys).to_type(type),
        "nothing" => zeros(3, 1, 1, keys, dtype: ScalarType.Bool),
        _ => randn(1, 1, 1, keys).to_type(type),
    };

    private static Tensor[] Results(Tensor q, Tensor k, Tensor v, Tensor slope, Func<Tensor> attention)
    {
        var output = attention();
        Backward.Run((output * slope).sum());
        Tensor[] results = [output.detach(), q.grad!.clone(), k.grad!.clone(), v.grad!.clone()];
        foreach (var input in (Tensor[])[q, k, v])
            input.grad = null!;
        return results;
    }
}
