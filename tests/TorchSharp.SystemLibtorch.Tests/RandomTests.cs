using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

public class RandomTests
{
    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        manual_seed(42).Dispose();
        var first = (randn(5), nn.functional.dropout(ones(50)));
        manual_seed(42).Dispose();
        Check.Same(first.Item1, randn(5));
        Check.Same(first.Item2, nn.functional.dropout(ones(50)));

        using var generator = new Generator(7);
        var state = generator.get_state();
        var drawn = rand(4, generator: generator);
        generator.set_state(state);
        Check.Same(drawn, rand(4, generator: generator));
        Assert.Equal(7, generator.initial_seed());
        Assert.Equal([0L, 1L, 2L, 3L], randperm(4).sort().Item1.data<long>().ToArray());
        Assert.True(randint(3, 5, [100]).data<long>().ToArray().All(n => n is 3 or 4));
    }

    [Fact]
    public void Threads_do_not_change_a_mask()
    {
        var x = ones(300, 1000);
        var (one, two) = WithOneAndTwoThreads(() => nn.functional.dropout(x, 0.3));
        Check.Same(one, two);
    }

    [Fact]
    public void Threads_do_not_change_attention()
    {
        var (q, k, v) = (randn([5, 2, 6, 4], float64), randn([5, 2, 7, 4], float64), randn([5, 2, 7, 3], float64));
        var (one, two) = WithOneAndTwoThreads(() =>
        {
            var query = q.clone().requires_grad_();
            var attended = nn.functional.scaled_dot_product_attention(query, k.clone().requires_grad_(), v, randn([5, 1, 1, 7], float64), 0.2);
            attended.pow(2).sum().backward();
            return cat([attended.detach().reshape(-1), query.grad!.reshape(-1)]);
        });
        Check.Same(one, two, 1e-12);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Elements_are_kept_at_the_rate_and_independently(double p)
    {
        const int count = 1 << 20;
        manual_seed(123).Dispose();
        var kept = nn.functional.dropout(ones(count), p).ne(0).to(float64);
        Near(1 - p, kept.mean().ToDouble(), 5 * Math.Sqrt(p * (1 - p) / count));
        var centred = kept - (1 - p);
        var other = nn.functional.dropout(ones(count), p).ne(0).to(float64) - (1 - p);
        var variance = p * (1 - p);
        foreach (var lag in new[] { 1, 2, 3, 16, 128, 1024, 1 << 16 })
        {
            Near(0, (centred[..^lag] * centred[lag..]).mean().ToDouble() / variance, 6 / Math.Sqrt(count));
            Near(0, (centred[..^lag] * other[lag..]).mean().ToDouble() / variance, 6 / Math.Sqrt(count));
        }
        Near(0, (centred * other).mean().ToDouble() / variance, 6 / Math.Sqrt(count));
        var blocks = kept.view(-1, 256).sum(1);
        Near(1, blocks.var().ToDouble() / (256 * variance), 0.15);
    }

    [Fact]
    public void What_is_kept_is_scaled()
    {
        var x = arange(1, 101, dtype: float32);
        var dropped = nn.functional.dropout(x, 0.2);
        Check.Same(x / 0.8 * dropped.ne(0), dropped, 1e-4);
        Check.Same(x, nn.functional.dropout(x, 0.2, training: false));
        Check.Same(zeros_like(x), nn.functional.dropout(x, 1));
        manual_seed(2).Dispose();
        var whole = nn.functional.dropout(x, 0.25);
        manual_seed(2).Dispose();
        var half = nn.functional.dropout(x.bfloat16(), 0.25);
        Check.Same(whole.ne(0).to(float32), half.ne(0).to(float32));
        Check.Same(whole, half.@float(), 0.6);
        manual_seed(2).Dispose();
        Check.Same(whole.to(float64), nn.functional.dropout(x.to(float64), 0.25), 1e-4);
    }

    private static (Tensor One, Tensor Two) WithOneAndTwoThreads(Func<Tensor> compute)
    {
        var before = get_num_threads();
        Tensor With(int threads)
        {
            set_num_threads(threads);
            manual_seed(9).Dispose();
            return compute();
        }
        try
        {
            return (With(1), With(2));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"expected {expected} within {tolerance}, got {actual}");
}
