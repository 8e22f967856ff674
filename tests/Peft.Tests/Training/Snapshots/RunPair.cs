using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Methods;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>A run in a folder of its own, whole or in parts, and what it leaves.</summary>
internal sealed class RunPair(TrainingOptions options) : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("peft-resume-").FullName;

    public string Snapshots => Path.Combine(Folder, RunSnapshots.FolderName);

    public static TrainingOptions Short { get; } = Watching.Short with { TrainLimit = 64, Epochs = 2, SnapshotEvery = 2 };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Trains to the end, or until it is stopped after a step.</summary>
    public (RunResult Result, Noting Observer) Run(
        int stopAfter = int.MaxValue, bool resume = false, Func<TrainingOptions, TrainingOptions>? change = null)
    {
        var observer = new Noting(stopAfter);
        var told = options with { Output = Folder, Resume = resume };
        using var host = Host();
        return (host.Services.GetRequiredService<FineTuner>().Run(change?.Invoke(told) ?? told, observer, observer.Cancellation), observer);
    }

    public static IHost Host()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethod<Lora>().AddMethod<Houlsby>().AddMethod<Full>().AddMethod<HeadOnly>());
        return builder.Build();
    }

    /// <summary>The trained weights and what was measured, as bytes and text.</summary>
    public (byte[] Adapter, string Epochs, string Metrics) End(RunResult result) => (
        File.ReadAllBytes(Path.Combine(Folder, "adapter", AdapterFolder.TensorsName)),
        string.Join(';', result.Epochs.Select(
            epoch => $"{epoch.Epoch} {epoch.TrainLoss:R} {epoch.Primary:R} "
            + $"{string.Join(' ', epoch.Metrics.Values.Select(value => $"{value:R}"))}")),
        string.Join(' ', result.Metrics.Values.Select(value => $"{value:R}")) + $" of epoch {result.SelectedEpoch}, picks "
            + string.Join(' ', (result.ExpertPicks ?? []).SelectMany(picks => picks.Counts)));

    /// <summary>The end of an undisturbed run with the same settings.</summary>
    public static (byte[] Adapter, string Epochs, string Metrics) Undisturbed(TrainingOptions options)
    {
        using var run = new RunPair(options with { SnapshotEvery = 0 });
        return run.End(run.Run().Result);
    }

    public static void AssertSame(
        (byte[] Adapter, string Epochs, string Metrics) expected, (byte[] Adapter, string Epochs, string Metrics) found)
    {
        Assert.Equal(expected.Epochs, found.Epochs);
        Assert.Equal(expected.Metrics, found.Metrics);
        Assert.True(expected.Adapter.AsSpan().SequenceEqual(found.Adapter), "the weights differ");
    }
}
