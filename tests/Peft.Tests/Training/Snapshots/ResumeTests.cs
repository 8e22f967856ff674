namespace Peft.Tests.Training;

/// <summary>A run that is stopped and goes on ends as one that was not.</summary>
public sealed class ResumeTests
{
    private static readonly Dictionary<string, string> s_dropout = new() { ["lora.dropout"] = "0.2" };

    public static TheoryData<string, string> Cases { get; } = new()
    {
        { "lora", "" },
        { "adamix(lora)", "" },
        { "adamix(lora)", "adamix.decayUnpicked=false" },
        { "adamix(lora)", "adamix.routing=example" },
        { "adamix(houlsby)", "adamix.routing=switch" },
        { "head-only", "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Stopped_and_resumed_at_several_steps_it_ends_the_same(string method, string setting)
    {
        var settings = new Dictionary<string, string>(method.Contains("lora", StringComparison.Ordinal) ? s_dropout : []);
        if (setting.Split('=') is [var name, var value])
            settings[name] = value;
        var options = RunPair.Short with { Method = method, Settings = settings };
        using var run = new RunPair(options);
        run.Run(stopAfter: 3);
        run.Run(stopAfter: 4, resume: true);
        Assert.Equal("resumed from the snapshot of step 4", Assert.Single(run.Run(stopAfter: 7, resume: true).Observer.Notes));
        RunPair.AssertSame(RunPair.Undisturbed(options), run.End(run.Run(resume: true).Result));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 6)]
    public void So_does_one_with_accumulated_gradients_whatever_is_kept(bool selectsBest, int maxSteps)
    {
        var options = RunPair.Short with {
            Method = "adamix(lora)", BatchSize = 4, GradientAccumulation = 3, KeepLast = !selectsBest, MaxSteps = maxSteps,
            SnapshotEvery = 1 };
        using var run = new RunPair(options);
        run.Run(stopAfter: 2);
        run.Run(stopAfter: 6, resume: true);
        RunPair.AssertSame(RunPair.Undisturbed(options), run.End(run.Run(resume: true).Result));
    }

    [Fact]
    public void Resumed_after_its_last_step_it_evaluates()
    {
        using var run = new RunPair(RunPair.Short);
        var expected = run.End(run.Run().Result);
        RunPair.AssertSame(expected, run.End(run.Run(resume: true).Result));
        RunPair.AssertSame(expected, RunPair.Undisturbed(RunPair.Short));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(10)]
    public void With_epochs_that_are_not_evaluated_it_ends_the_same(int stopAfter)
    {
        var options = RunPair.Short with { Method = "adamix(lora)", Epochs = 3, EvaluateEvery = 2, SnapshotEvery = 1 };
        using var run = new RunPair(options);
        run.Run(stopAfter);
        var (result, observer) = run.Run(resume: true);
        Assert.Equal($"resumed from the snapshot of step {stopAfter}", Assert.Single(observer.Notes));
        Assert.Equal([2, 3], result.Epochs.Select(epoch => epoch.Epoch));
        RunPair.AssertSame(RunPair.Undisturbed(options), run.End(result));
    }

    [Fact]
    public void The_full_backbone_is_in_the_snapshot_when_it_is_trained()
    {
        var options = RunPair.Short with { Method = "full", TrainLimit = 32, DevLimit = 16, SnapshotEvery = 1 };
        using var run = new RunPair(options);
        run.Run(stopAfter: 3);
        RunPair.AssertSame(RunPair.Undisturbed(options), run.End(run.Run(resume: true).Result));
    }

    [Fact]
    public void The_last_ones_are_kept()
    {
        using var run = new RunPair(RunPair.Short);
        run.Run(change: options => options with { SnapshotEvery = 1, KeepSnapshots = 3 });
        Assert.Equal(["step-00000006", "step-00000007", "step-00000008"], Directory.GetDirectories(run.Snapshots)
            .Select(path => Path.GetFileName(path)).Order());
        Assert.All(Directory.GetDirectories(run.Snapshots), path => Assert.Equal(
            ["SHA256SUMS", "state.safetensors"], Directory.GetFiles(path).Select(file => Path.GetFileName(file)).Order()));
    }

    [Fact]
    public void Without_a_snapshot_it_begins_at_the_beginning_and_says_so()
    {
        using var run = new RunPair(RunPair.Short with { SnapshotEvery = 0 });
        Assert.Contains("starting from the beginning", Assert.Single(run.Run(resume: true).Observer.Notes));
    }
}
