namespace Peft.Hosting.Tests;

/// <summary>Compares runs bit for bit: the same settings and seed give the same adapter.</summary>
internal static class RunBits
{
    /// <summary>The bytes of the adapter that a run wrote.</summary>
    /// <param name="run">The run's folder.</param>
    public static byte[] Adapter(string run) => File.ReadAllBytes(Path.Combine(run, "adapter", "adapter.safetensors"));

    /// <summary>Trains alone, then while this process does something else again and again, and expects the same bits.</summary>
    /// <param name="beside">What is done; its number, from 0.</param>
    public static async Task AssertSameBeside(Func<int, Task> beside)
    {
        using var folder = new TemporaryFolder();
        var (alone, second) = (Path.Combine(folder.Path, "alone"), Path.Combine(folder.Path, "beside"));
        ServedRuns.Tuner.Run(TestHost.Run with { Output = alone });
        var run = ServedRuns.Tuner.RunAsync(TestHost.Run with { Output = second });
        var times = 0;
        for (; !run.IsCompleted; times++)
            await beside(times);
        await run;
        Assert.True(times > 2, $"{times} times");
        Assert.Equal(Adapter(alone), Adapter(second));
    }
}
