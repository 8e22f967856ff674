using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Methods;
using Peft.Training;

namespace Peft.Packages.Tests;

/// <summary>A host that takes plugins, and a run of four steps.</summary>
internal static class Training
{
    private static readonly TrainingOptions s_short =
        new() { TrainLimit = 32, DevLimit = 16, Epochs = 1, MaxLength = 24, BatchSize = 8, Threads = 1 };

    public static RunResult Run(string plugins, string method, Action<PluginCatalog>? look = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethod<Lora>().AddPluginsFrom(plugins));
        using var host = builder.Build();
        var result = host.Services.GetRequiredService<FineTuner>()
            .Run(s_short with { Method = method }, new Silent(), CancellationToken.None);
        look?.Invoke(host.Services.GetRequiredService<PluginCatalog>());
        return result;
    }

    private sealed class Silent : ITrainingObserver
    {
        public void Started(RunSummary summary)
        {
        }

        public void Stepped(TrainingProgress progress)
        {
        }

        public void Evaluated(EpochResult epoch)
        {
        }
    }
}
