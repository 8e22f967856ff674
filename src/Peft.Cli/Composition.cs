using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Experiments;
using Peft.Training;

namespace Peft.Cli;

/// <summary>The composition root: which methods there are, and the host that runs them.</summary>
internal static class Composition
{
    /// <summary>Every method of the repository: the assemblies beside the program whose names begin so.</summary>
    public static void AddMethods(MethodRegistry registry)
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "Peft.Methods.*.dll").Order(StringComparer.Ordinal))
            registry.AddFrom(Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(file))));
    }

    public static MethodRegistry Registry()
    {
        var registry = new MethodRegistry();
        AddMethods(registry);
        return registry;
    }

    public static IHost Host()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information));
        builder.Services.AddPeft(AddMethods);
        builder.Services.AddSingleton<Comparison>();
        return builder.Build();
    }
}
