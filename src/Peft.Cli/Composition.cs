using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Experiments;
using Peft.PluginHost;
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
    public static IHost Host(IReadOnlyCollection<string> pluginFolders)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information));
        builder.Services.AddPeft(peft => AddMethods(peft).AddPluginsFrom(pluginFolders));
        builder.Services.AddSingleton<Comparison>();
        var host = builder.Build();
        host.Services.GetRequiredService<MethodRegistry>(); // loads the plugins
        foreach (var failure in host.Services.GetRequiredService<PluginCatalog>().Report.Failures)
            FailureReport.Print(failure.Problem);
        return host;
    }

    /// <summary>Every method of the repository: the assemblies beside the program whose names begin so.</summary>
    private static PeftBuilder AddMethods(PeftBuilder peft)
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "Peft.Methods.*.dll").Order(StringComparer.Ordinal))
            peft.AddMethodsFrom(Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(file))));
        return peft;
    }
}
