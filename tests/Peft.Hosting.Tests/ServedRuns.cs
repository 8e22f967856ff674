using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Methods;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>Short runs of several tasks and methods on one backbone, trained once for all tests of predictions.</summary>
public sealed class ServedRuns : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ServedRuns()
    {
        foreach (var (name, task, method) in ((string, string, string)[])[
            ("opinions", "builtin", "lora"), ("tickets", "tickets", "houlsby"), ("mixture", "builtin", "adamix(houlsby)"),
            ("prefix", "builtin", "prefix"), ("tuned", "builtin", "full")])
        {
            Tuner.Run(TestHost.Run with { Task = task, Method = method, MaxSteps = 20, Output = Folder(name) });
        }
    }

    public static MethodRegistry Methods { get; } = new MethodRegistry().AddFrom(typeof(Lora).Assembly);

    public static FineTuner Tuner { get; } = new(Methods);

    public static string[] Texts { get; } =
        [.. Enumerable.Range(0, 24).Select(index => string.Concat(Enumerable.Repeat("the film was good ", 1 + (index % 5))) + index)];

    public string Folder(string name) => Path.Combine(_folder.Path, name);

    /// <summary>A host that serves.</summary>
    public static async Task<IHost> Serve(Action<PredictorOptions>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly).AddPredictor(served =>
        {
            served.Threads = 1;
            configure?.Invoke(served);
        }));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public void Dispose() => _folder.Dispose();
}
