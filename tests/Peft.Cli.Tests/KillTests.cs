namespace Peft.Cli.Tests;

/// <summary>Runs that are killed at random points, again and again, and go on.</summary>
public sealed class KillTests
{
    public static TheoryData<string, string, int, int> Cases { get; } = new()
    {
        { "lora", "lora.dropout=0.2", 8, 11 },
        { "adamix(lora)", "lora.dropout=0.1", 9, 12 },
        { "adamix(houlsby)", "adamix.decayUnpicked=false", 8, 13 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Killed_and_resumed_it_ends_bitwise_as_one_that_was_not(string method, string setting, int kills, int seed)
    {
        using var undisturbed = new SnapshotProcess(method, "--set", setting);
        Assert.Equal(0, undisturbed.Finish(resume: false).ExitCode);
        var (expected, longestWait) = (undisturbed.End(), undisturbed.Training() / 2);

        using var run = new SnapshotProcess(method, "--set", setting);
        var random = new Random(seed);
        var resumed = 0;
        void Compare()
        {
            resumed += run.Log.Split("resumed from the snapshot").Length - 1;
            var found = run.End();
            Assert.Equal(expected.Numbers, found.Numbers);
            Assert.True(expected.Weights.AsSpan().SequenceEqual(found.Weights), $"the weights differ; the log: {run.Log}");
        }

        for (var killed = 0; killed < kills;)
        {
            if (run.Kill(longestWait * random.NextDouble()))
            {
                killed++;
                continue;
            }

            Compare();
            run.Clear();
        }

        var (code, error) = run.Finish();
        Assert.True(code == 0, error);
        Compare();
        Assert.True(resumed > 1, "no run resumed from a snapshot");
    }
}
