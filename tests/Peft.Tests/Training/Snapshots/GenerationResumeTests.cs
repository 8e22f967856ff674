using Microsoft.Extensions.DependencyInjection;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Data-to-text runs go on as classification does: the loop is the same.</summary>
public sealed class GenerationResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-generation-resume-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Stopped_and_resumed_it_ends_the_same()
    {
        foreach (var part in (string[])["train.txt", "valid.txt"])
            File.WriteAllLines(Path.Combine(_folder, part), Enumerable.Range(0, 24)
                .Select(row => $"name : X{row} | food : Thai||X{row} is {(row % 2 == 0 ? "cheap" : "a Thai place by the river")} ."));
        var whole = Run("whole", stopAfter: int.MaxValue, every: 0, resume: false);
        Run("parts", stopAfter: 3, every: 2, resume: false);
        Run("parts", stopAfter: 4, every: 2, resume: true);
        var parts = Run("parts", stopAfter: int.MaxValue, every: 2, resume: true);
        Assert.Equal(whole.Epochs.Select(epoch => epoch.TrainLoss), parts.Epochs.Select(epoch => epoch.TrainLoss));
        Assert.Equal(whole.Metrics, parts.Metrics);
        Assert.Equal(Weights("whole"), Weights("parts"));
    }

    private byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(_folder, name, "adapter", AdapterFolder.TensorsName));

    private RunResult Run(string name, int stopAfter, int every, bool resume)
    {
        using var host = Watching.Host();
        var observer = new Noting(stopAfter);
        var options = new TrainingOptions
        {
            Task = "e2e", Data = _folder, Method = "adamix(lora)", Settings = new Dictionary<string, string> { ["lora.dropout"] = "0.1" },
                BatchSize = 8, Epochs = 2, MaxLength = 32,
            Threads = 1, Output = Path.Combine(_folder, name), SnapshotEvery = every, Resume = resume,
        };
        return host.Services.GetRequiredService<FineTuner>().Run(options, observer, observer.Cancellation);
    }
}
