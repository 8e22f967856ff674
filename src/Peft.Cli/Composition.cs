using Peft.Methods;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Training;

namespace Peft.Cli;

/// <summary>The composition root: which methods there are, and the host that runs them.</summary>
internal static class Composition
{
    /// <summary>The methods that come with the command.</summary>
    public static MethodRegistry Registry()
    {
        using var host = Host([]);
        return host.Services.GetRequiredService<MethodRegistry>();
    }

    /// <summary>The host, with the methods of plugins; those that cannot be loaded are reported, one line each, and left out.</summary>
    public static IHost Host(IReadOnlyCollection<string> pluginFolders, CancellationToken cancellation = default)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information));
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly).AddPluginsFrom(pluginFolders)
            .ReportSlowPlugins(text => Console.Error.WriteLine($"peft: {text}."), cancellation));
        var host = builder.Build();
        host.Services.GetRequiredService<MethodRegistry>(); // loads the plugins
        foreach (var failure in host.Services.GetRequiredService<PluginCatalog>().Report.Failures)
            FailureReport.Print(failure.Problem);
        return host;
    }
}
