using TorchSharp;
using TorchSharp.Modules;
using Peft.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>What happens to an expert that an earlier step picked and this one did not.</summary>
public sealed class UnpickedExpertTests
{
    [Fact]
    public void With_zero_gradients_it_goes_on_moving_and_decaying() => Assert.NotEqual(1, Ratio(zeroRatherThanDrop: true));

    [Fact]
    public void With_dropped_gradients_it_stays() => Assert.Equal(1, Ratio(zeroRatherThanDrop: false));

    [Fact]
    public void One_never_picked_stays_either_way()
    {
        foreach (var zero in (bool[])[true, false])
        {
            using var scope = NewDisposeScope();
            var (picked, never) = (Weight(), Weight());
            using var optimizer = Make(zero, picked, never);
            picked.sum().backward();
            optimizer.Step();
            picked.sum().backward();
            optimizer.Step();
            Assert.Equal(1f, never.ToSingle());
        }
    }

    /// <summary>The expert's weight after a step in which it was not picked, over that before.</summary>
    private static double Ratio(bool zeroRatherThanDrop)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Weight(), Weight());
        using var optimizer = Make(zeroRatherThanDrop, first, second);
        first.sum().backward();
        optimizer.Step();
        optimizer.Step();
        var before = first.ToSingle();
        second.sum().backward();
        optimizer.Step();
        return first.ToSingle() / before;
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0.99)]
    public void Biases_decay_when_everything_does(bool all, double expected)
    {
        var bias = Weight();
        using var optimizer = new Optimizer(
            [new("layer.bias", bias, ParameterKind.Vector)],
            new TrainingOptions { LearningRate = 0.1, WeightDecay = 0.1, DecayAll = all, WarmupRatio = 0 },
            totalSteps: 100, zeroRatherThanDrop: false);
        (bias.sum() * 0).backward();
        optimizer.Step();
        Assert.Equal(expected, bias.ToSingle(), 1e-6);
    }

    [Theory]
    [InlineData(1e-8, 0.9)]
    [InlineData(1, 0.95)] // a gradient of 1 divided by 1 + 1
    public void Epsilon_is_AdamWs(double epsilon, double expected)
    {
        var weight = Weight();
        using var optimizer = new Optimizer(
            [new("weight", weight, ParameterKind.Matrix)],
            new TrainingOptions { LearningRate = 0.1, WeightDecay = 0, AdamEpsilon = epsilon, WarmupRatio = 0 },
            totalSteps: 1000000, zeroRatherThanDrop: false);
        weight.sum().backward();
        optimizer.Step();
        Assert.Equal(expected, weight.ToSingle(), 1e-5);
    }

    [Fact]
    public void Steps_of_warmup_come_before_a_share()
    {
        var weight = Weight();
        using var optimizer = new Optimizer(
            [new("weight", weight, ParameterKind.Matrix)], new TrainingOptions { LearningRate = 1, WarmupSteps = 10, WarmupRatio = 0.1 },
            totalSteps: 20, zeroRatherThanDrop: false);
        var rates = Enumerable.Range(0, 12).Select(_ => optimizer.Step()).ToList();
        Assert.Equal(1, rates.Max(), 1e-9);
        Assert.Equal(10, rates.IndexOf(rates.Max()));
    }

    private static Parameter Weight() => new(ones(1));

    private static Optimizer Make(bool zeroRatherThanDrop, params Parameter[] weights) => new(
        [.. weights.Select((weight, index) => new TrainedParameter($"expert.{index}", weight, ParameterKind.Matrix))],
        new TrainingOptions { LearningRate = 0.1, WeightDecay = 0.1, WarmupRatio = 0 },
        totalSteps: 100,
        zeroRatherThanDrop);
}
