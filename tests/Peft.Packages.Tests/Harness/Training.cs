using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Methods;
using Peft.Training;

namespace Peft.Packages.Tests;

/// <summary>A host that takes plugins, and a run of four steps.</summary>
internal static class Training
{
    private static readonly TrainingOptions s_short =
        new()
        {
            Backbone = "builtin", Task = "builtin", TrainLimit = 32, DevLimit = 16, Epochs = 1, MaxLength = 24, BatchSize = 8, Threads = 1,
        };

    public static RunResult Run(string plugins, string method, Action<PluginCatalog>? look = null, string? output = null) =>
        Run(plugins, s_short with { Method = method, Output = output }, look);

    /// <summary>A short run of a task that a plugin brings.</summary>
    public static RunResult RunTask(string plugins, string task, string data, string method) =>
        Run(plugins, s_short with { Task = task, Data = data, Method = method });

    private static RunResult Run(string plugins, TrainingOptions options, Action<PluginCatalog>? look = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethod<Lora>().AddPluginsFrom(plugins));
        using var host = builder.Build();
        var result = host.Services.GetRequiredService<FineTuner>().Run(options);
        look?.Invoke(host.Services.GetRequiredService<PluginCatalog>());
        return result;
    }
}
