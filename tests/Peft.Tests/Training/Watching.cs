using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Methods;
using Peft.Training;


namespace Peft.Tests.Training;

/// <summary>Remembers what a run reports; may stop it after a step.</summary>
internal sealed class Watching(CancellationTokenSource? stop = null, int stopAfter = int.MaxValue) : ITrainingObserver
{
    public RunSummary? Summary { get; private set; }

    public List<TrainingProgress> Steps { get; } = [];

    public List<EpochResult> Epochs { get; } = [];

    public List<string> Notices { get; } = [];

    public static TrainingOptions Short { get; } =
        new()
        {
            Backbone = "builtin", Task = "builtin", TrainLimit = 64, DevLimit = 32, Epochs = 2, MaxLength = 24, BatchSize = 16, Threads = 1,
        };

    public static IHost Host()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethod<Lora>().AddMethod<Houlsby>().AddMethod<Prefix>());
        return builder.Build();
    }

    public static RunResult Run(TrainingOptions options, Watching? watching = null, CancellationToken cancellation = default)
    {
        using var host = Host();
        return host.Services.GetRequiredService<FineTuner>().Run(options, watching ?? new Watching(), cancellation);
    }

    public void Started(RunSummary summary) => Summary = summary;

    public void Stepped(TrainingProgress progress)
    {
        Steps.Add(progress);
        if (progress.Step >= stopAfter)
            stop!.Cancel();
    }

    public void Evaluated(EpochResult epoch) => Epochs.Add(epoch);

    public void Noted(string message) => Notices.Add(message);
}
