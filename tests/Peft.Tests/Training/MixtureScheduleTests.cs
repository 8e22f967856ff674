using Peft.Methods;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>Options of mixtures for short training: the default is the paper's, to the bit, and each option does what it says.</summary>
public sealed class MixtureScheduleTests
{
    private const int Steps = 4;
    private static readonly Lazy<float[]> s_default = new(() => Trained(Steps));

    [Theory]
    [InlineData("adamix.scaleRate=false")]
    [InlineData("adamix.splitAt=0")]
    [InlineData("adamix.consistencyRamp=0")]
    [InlineData("adamix.decayUnpicked=true")]
    [InlineData("adamix.starts=different")]
    public void The_default_is_the_value_that_changes_nothing(string neutral) =>
        Assert.Equal(s_default.Value, Trained(Steps, neutral));

    [Theory]
    [InlineData("adamix.scaleRate=true")]
    [InlineData("adamix.splitAt=0.5")]
    [InlineData("adamix.consistencyRamp=1")]
    [InlineData("adamix.decayUnpicked=false")]
    [InlineData("adamix.starts=identical")]
    public void Another_value_changes_the_weights(string option) =>
        Assert.NotEqual(s_default.Value, Trained(Steps, option));

    /// <summary>
    /// The first step of AdamW moves every element by the learning rate; picked experts then move 1 / (1 - (3/4)^2) as far.
    /// </summary>
    [Fact]
    public void The_rate_is_divided_by_the_share_of_steps_in_which_an_expert_is_picked()
    {
        var (start, plain, scaled) = (Trained(0), Trained(1), Trained(1, "adamix.scaleRate=true"));
        var ratios = new HashSet<double>();
        for (var index = 0; index < start.Length; index++)
        {
            var change = Math.Abs(plain[index] - start[index]);
            if (change > 1e-3) // those of nearly no gradient move less, by the epsilon of AdamW
                ratios.Add(Math.Round(Math.Abs(scaled[index] - start[index]) / change, 2));
        }

        Assert.Equal([1, Math.Round(1 / (1 - (0.75 * 0.75)), 2)], ratios.Order()); // 1: the shared projection, which every step trains
    }

    /// <summary>The run is in the phase of one expert throughout, and its evaluations and weights are those of copies.</summary>
    [Fact]
    public void One_expert_is_trained_alone_and_the_others_are_its_copies()
    {
        using var model = Train(Steps, "adamix.splitAt=1");
        Assert.NotEmpty(Experts(model));
        Assert.All(Experts(model), experts => Assert.All(experts, expert => Assert.True(IsEqual(expert, experts[0]))));
        Assert.IsType<PassRouting.Merged>(model.Model.Adapter!.Router!.Pass);
    }

    [Fact]
    public void Experts_differ_again_after_the_split()
    {
        using var model = Train(Steps, "adamix.splitAt=0.5", "adamix.decayUnpicked=false");
        var experts = Experts(model)[0];
        Assert.Contains(experts, expert => !IsEqual(expert, experts[0]));
    }

    /// <summary>Without the momentum of zero gradients, an expert that no pass picked keeps its first values to the bit.</summary>
    [Fact]
    public void Lazy_updates_leave_experts_alone_that_a_step_does_not_pick()
    {
        using var start = Train(0, "adamix.consistency=0");
        using var trained = Train(1, "adamix.consistency=0", "adamix.decayUnpicked=false");
        Assert.All(Experts(start).Zip(Experts(trained)), pair =>
            Assert.Single(pair.First.Zip(pair.Second), one => !IsEqual(one.First, one.Second)));
    }

    [Fact]
    public void The_consistency_term_rises_over_its_share_of_the_steps()
    {
        using var subject = Train(0, "adamix.consistencyRamp=0.5", "adamix.consistency=2");
        using var schedule = new MixtureSchedule(subject.Model.Adapter!, 8);
        Assert.Equal([0, 0.5, 1, 1.5, 2, 2], Enumerable.Range(0, 6).Select(Weight));

        double Weight(int step)
        {
            using var scope = NewDisposeScope();
            var found = double.NaN;
            schedule.BeginStep(step);
            MixtureObjective.Loss(subject.Model, () => zeros(1), (first, second, weight) =>
            {
                Assert.Equal(weight == 0, second is null);
                found = weight;
                return first.sum();
            });
            return found;
        }
    }

    [Theory, InlineData("adamix.splitAt=1.5"), InlineData("adamix.consistencyRamp=-1"), InlineData("adamix.scaleRate=2")]
    public void Values_out_of_range_are_refused(string option) =>
        Assert.Throws<MethodOptionException>(() => Train(0, option));

    private static IReadOnlyList<IReadOnlyList<TorchSharp.Modules.Parameter>> Experts(TrainedModel model)
    {
        using var schedule = new MixtureSchedule(model.Model.Adapter!, 1);
        return schedule.Experts;
    }

    private static bool IsEqual(Tensor one, Tensor other) => one.equal(other).all().ToBoolean();

    private static float[] Trained(int steps, params string[] options)
    {
        using var model = Train(steps, options);
        using var scope = NewDisposeScope();
        return [.. model.Model.Adapter!.NamedParameters.SelectMany(pair => pair.Parameter.detach().data<float>().ToArray())];
    }

    /// <summary>A mixture of four adapters after some steps on the built-in task; with 0 steps, its first values.</summary>
    private static TrainedModel Train(int steps, params string[] options)
    {
        var registry = new MethodRegistry().AddFrom(typeof(Lora).Assembly);
        var run = new TrainingOptions
        {
            Backbone = "builtin", Task = "builtin", Method = "adamix(houlsby)", Epochs = 1, MaxSteps = Math.Max(1, steps), BatchSize = 4,
            TrainLimit = 16, DevLimit = 4, MaxLength = 16, WarmupRatio = 0, WeightDecay = 0, MaxGradNorm = 0, KeepLast = true,
            LearningRate = steps == 0 ? 1e-30 : 3e-3, // smaller than what float32 can add
            Settings = options.Append("houlsby.size=4").Select(option => option.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]),
        };
        return new FineTuner(registry).Train(new TaskRegistry().Find("builtin"), run);
    }
}
