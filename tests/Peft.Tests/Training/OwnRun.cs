using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Methods;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Runs on files in a folder of their own.</summary>
internal sealed class OwnRun : IDisposable
{
    private readonly IHost _host;

    public OwnRun()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethod<Lora>().AddMethod<Houlsby>().AddMethod<Prefix>().AddMethod<Full>()
            .AddMethod<HeadOnly>());
        _host = builder.Build();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("peft-own-").FullName;

    public MethodRegistry Methods => _host.Services.GetRequiredService<MethodRegistry>();

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, IEnumerable<string> lines)
    {
        var file = Path.Combine(Folder, name);
        File.WriteAllLines(file, lines);
        return file;
    }

    /// <summary>Trains, and writes the run to a folder of that name.</summary>
    public (RunResult Result, Noting Observer) Train(string name, TrainingOptions options, int stopAfter = int.MaxValue)
    {
        var observer = new Noting(stopAfter);
        var result = _host.Services.GetRequiredService<FineTuner>().Run(
            options with { Output = Output(name), Threads = 1 }, observer, observer.Cancellation);
        return (result, observer);
    }

    public string Output(string name) => Path.Combine(Folder, name);

    public TrainedModel Load(string name) => TrainedModel.Load(Output(name), Methods, device: "cpu");

    /// <summary>The bytes of a run's trained weights.</summary>
    public byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(Output(name), "adapter", AdapterFolder.TensorsName));

    /// <summary>Checks that a run that is stopped and resumed ends as an undisturbed one.</summary>
    public void CheckResume(TrainingOptions options)
    {
        var whole = Train("whole", options).Result;
        Train("parts", options with { SnapshotEvery = 2 }, stopAfter: 3);
        var parts = Train("parts", options with { SnapshotEvery = 2, Resume = true }).Result;
        Assert.Equal(whole.Epochs.Select(epoch => epoch.TrainLoss), parts.Epochs.Select(epoch => epoch.TrainLoss));
        Assert.Equal(whole.Metrics, parts.Metrics);
        Assert.Equal(Weights("whole"), Weights("parts"));
    }
}
