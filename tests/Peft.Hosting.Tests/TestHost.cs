using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Methods;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>A host of training jobs in this process, with a folder that several hosts may use one after the other.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(IHost host) => _host = host;

    /// <summary>A run of a few seconds on the built-in encoder.</summary>
    public static TrainingOptions Run { get; } = new()
    {
        Backbone = "builtin", Task = "builtin", Method = "adamix(lora)", TrainLimit = 64, DevLimit = 16, BatchSize = 8, Epochs = 2,
        LearningRate = 1e-3, Threads = 1, MaxLength = 32,
    };

    /// <summary>A run that no test waits for.</summary>
    public static TrainingOptions Long { get; } = Run with { Epochs = 500, SnapshotEvery = 1000 };

    public IFineTuningJobs Jobs => Services.GetRequiredService<IFineTuningJobs>();

    public IServiceProvider Services => _host.Services;

    public static async Task<TestHost> Start(string folder, Action<FineTuningJobOptions>? configure = null, WarningLog? log = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (log is not null)
            builder.Logging.AddProvider(log);
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly).AddJobs(jobs =>
        {
            jobs.Folder = folder;
            jobs.CheckIn = TimeSpan.FromSeconds(1);
            jobs.WatchInterval = TimeSpan.FromMilliseconds(20);
            configure?.Invoke(jobs);
        }));
        var host = new TestHost(builder.Build());
        await host._host.StartAsync();
        return host;
    }

    /// <summary>The first event of a kind.</summary>
    public async Task<T> First<T>(string job, Func<T, bool>? condition = null)
        where T : JobEvent
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await foreach (var happened in Jobs.WatchAsync(job, patience.Token))
        {
            if (happened is T found && condition?.Invoke(found) != false)
                return found;
        }

        throw new InvalidOperationException($"the job {job} ended without a {typeof(T).Name}");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
