using Peft.Methods;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>Options of mixtures for short training: the default is the paper's, to the bit, and each option does what it says.</summary>
public sealed class MixtureScheduleTests
{
    private const int Steps = 4;

    [Theory]
    [InlineData("adamix.scaleRate=false")]
    [InlineData("adamix.splitAt=0")]
    [InlineData("adamix.consistencyRamp=0")]
    [InlineData("adamix.decayUnpicked=true")]
    [InlineData("adamix.starts=different")]
    public void The_default_is_the_value_that_changes_nothing(string neutral) =>
        Assert.Equal(Trained(Steps), Trained(Steps, neutral));

    [Theory]
    [InlineData("adamix.scaleRate=true")]
    [InlineData("adamix.splitAt=0.5")]
    [InlineData("adamix.consistencyRamp=1")]
    [InlineData("adamix.decayUnpicked=false")]
    [InlineData("adamix.starts=identical")]
    public void Another_value_changes_the_weights(string option) =>
        Assert.NotEqual(Trained(Steps), Trained(Steps, option));

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

        Assert.Equal(Math.Round(1 / (1 - (0.75 * 0.75)), 2), Assert.Single(ratios));
    }

    /// <summary>The run is in the phase of one expert throughout, and its evaluations and weights are those of copies.</summary>
    [Fact]
    public void One_expert_is_trained_alone_and_the_others_are_its_copies()
    {
        using var model = Train(Steps, "adamix.splitAt=1");
        foreach (var bank in model.Model.Adapter!.Banks.Where(bank => bank.Experts.Count > 1))
            Assert.All(bank.Experts, expert => Assert.True(expert.equal(bank.Experts[0]).all().ToBoolean()));
        Assert.IsType<PassRouting.Merged>(model.Model.Adapter.Router!.Pass);
    }

    [Fact]
    public void Experts_differ_again_after_the_split()
    {
        using var model = Train(Steps, "adamix.splitAt=0.5", "adamix.decayUnpicked=false");
        var bank = model.Model.Adapter!.Banks.First(bank => bank.Experts.Count > 1);
        Assert.Contains(bank.Experts, expert => !expert.equal(bank.Experts[0]).all().ToBoolean());
    }

    /// <summary>Without the momentum of zero gradients, an expert that no pass picked keeps its first values to the bit.</summary>
    [Fact]
    public void Lazy_updates_leave_experts_alone_that_a_step_does_not_pick()
    {
        using var start = Train(0, "adamix.consistency=0");
        using var trained = Train(1, "adamix.consistency=0", "adamix.decayUnpicked=false");
        var banks = start.Model.Adapter!.Banks.Zip(trained.Model.Adapter!.Banks).Where(pair => pair.First.Experts.Count > 1).ToList();
        Assert.NotEmpty(banks);
        foreach (var (before, after) in banks)
        {
            var moved = before.Experts.Zip(after.Experts).Count(pair => !pair.First.equal(pair.Second).all().ToBoolean());
            Assert.Equal(1, moved);
        }
    }

    [Fact]
    public void The_consistency_term_rises_over_its_share_of_the_steps()
    {
        using var subject = Train(0, "adamix.consistencyRamp=0.5");
        var model = subject.Model;
        var options = subject.Result.Settings;
        using var optimizer = new Optimizer(TrainedParameter.List(model), options, 8, zeroRatherThanDrop: true);
        using var schedule = new MixtureSchedule(model, optimizer, 8);
        var factors = Enumerable.Range(0, 6).Select(step =>
        {
            schedule.BeginStep(step);
            return model.Adapter!.Router!.ConsistencyFactor;
        }).ToList();
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1], factors);
    }

    [Theory, InlineData("adamix.splitAt=1.5"), InlineData("adamix.consistencyRamp=-1"), InlineData("adamix.scaleRate=2")]
    public void Values_out_of_range_are_refused(string option) =>
        Assert.Throws<MethodOptionException>(() => Train(0, option));

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
