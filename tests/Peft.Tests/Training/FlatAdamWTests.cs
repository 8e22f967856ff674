using TorchSharp.Modules;
using Peft.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>AdamW in one pass, beside TorchSharp's.</summary>
public sealed class FlatAdamWTests
{
    /// <summary>A scalar, lengths that no vector divides, one that takes several pieces, and a matrix.</summary>
    private static readonly long[][] s_shapes = [[1], [7], [130], [150000], [33, 65]];

    [Theory]
    [InlineData(ScalarType.Float32, false, 2e-6)]
    [InlineData(ScalarType.Float64, false, 1e-14)]
    [InlineData(ScalarType.Float32, true, 2e-6)] // a transposed matrix is updated by operators
    [InlineData(ScalarType.Float64, true, 1e-14)]
    [InlineData(ScalarType.BFloat16, false, 0.07)] // two units in the last place of the largest weights
    public void Fifty_steps_are_those_of_TorchSharp(ScalarType dtype, bool transposed, double tolerance)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        Parameter[] mine = [.. s_shapes.Select(shape => Weight(shape, dtype, transposed))];
        Parameter[] theirs = [.. mine.Select(weight => new Parameter(weight.detach().clone()))];
        using var flat = Flat(mine, decay: 0.1);
        using var reference = Reference(theirs, decay: 0.1);
        for (var step = 0; step < 50; step++)
        {
            for (var number = 0; number < mine.Length; number++)
            {
                // Each parameter is left out now and then, as an expert that no route picked.
                var gradient = (step + number) % 5 == 4 ? null : randn_like(mine[number]) * 3;
                (mine[number].grad, theirs[number].grad) = (gradient!, gradient?.clone()!);
            }

            var norm = nn.utils.clip_grad_norm_(theirs.Where(weight => weight.grad is not null), 1.0);
            Assert.Equal(1, flat.GradientNorm() / norm, dtype == ScalarType.BFloat16 ? 1e-2 : 1e-5);
            reference.step();
            flat.Step(0.01, Math.Min(1, 1.0 / (norm + 1e-6)));
        }

        for (var number = 0; number < mine.Length; number++)
            Assert.InRange(Largest(mine[number] - theirs[number]), 0, tolerance);
        Assert.All(flat.States, state => Assert.Equal(40, state.Steps));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        var before = get_num_threads();
        try
        {
            var results = new List<(double Norm, float[] Values)>();
            foreach (var threads in (int[])[1, 2, 3])
            {
                using var scope = NewDisposeScope();
                set_num_threads(threads);
                random.manual_seed(5);
                Parameter[] weights = [.. s_shapes.Select(shape => Weight(shape, ScalarType.Float32, transposed: false))];
                using var flat = Flat(weights, decay: 0.1);
                foreach (var weight in weights)
                    weight.grad = randn_like(weight);
                var norm = flat.GradientNorm();
                flat.Step(0.01, 0.5);
                results.Add((norm, [.. weights.SelectMany(weight => weight.data<float>().ToArray())]));
            }

            Assert.All(results, result => Assert.Equal(results[0].Norm, result.Norm));
            Assert.All(results, result => Assert.Equal(results[0].Values, result.Values));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_makes_the_norm_none()
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(ones(5));
        using var flat = Flat([weight], decay: 0);
        foreach (var bad in (float[])[float.NaN, float.PositiveInfinity])
        {
            weight.grad = tensor((float[])[0, 0, 0, 0, bad]);
            Assert.False(double.IsFinite(flat.GradientNorm()));
        }
    }

    [Fact]
    public void Gradients_are_clipped_to_the_largest_norm()
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(zeros(4));
        var options = new TrainingOptions { LearningRate = 0.1, WeightDecay = 0, MaxGradNorm = 1, WarmupRatio = 0 };
        using var optimizer = new Optimizer(
            [new("weight", weight, ParameterKind.Matrix)], options, totalSteps: 10, zeroRatherThanDrop: false);
        weight.grad = full([4], 5f);
        Assert.Equal(10, optimizer.Clip(always: false), 1e-6);
        optimizer.Step();
        Assert.Equal(0.05, optimizer.States.Single().Mean[0].item<float>(), 1e-6); // 0.1 * 5 / 10
        weight.grad = full([4], 0.1f);
        optimizer.Clip(always: false);
        optimizer.Step();
        Assert.Equal(0.9 * 0.05 + 0.1 * 0.1, optimizer.States.Single().Mean[0].item<float>(), 1e-6); // a norm of 0.2 is left alone
    }

    private static Parameter Weight(long[] shape, ScalarType dtype, bool transposed)
    {
        var values = randn(shape, dtype: dtype);
        return new Parameter(transposed && shape.Length == 2 ? values.t() : values);
    }

    private static bool Decays(int number) => number % 2 == 0;

    private static FlatAdamW Flat(IEnumerable<Parameter> weights, double decay) =>
        new(weights.Select((weight, number) => ($"{number}", weight, Decays(number))), new AdamWSettings(decay, 1e-8));

    private static AdamW Reference(Parameter[] weights, double decay)
    {
        AdamW.ParamGroup Group(bool decays) => new(
            [.. weights.Where((_, number) => Decays(number) == decays)],
            new AdamW.Options { weight_decay = decays ? decay : 0, eps = 1e-8 });
        return optim.AdamW([Group(true), Group(false)], 0.01);
    }

    private static double Largest(Tensor difference) => difference.detach().to_type(ScalarType.Float64).abs().max().item<double>();
}
