using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peft.Models;

namespace Peft.Training;

/// <summary>Adds plugins to a host.</summary>
public static class PeftBuilderPluginExtensions
{
    private const string Key = "Plugins";

    /// <summary>Loads every plugin of folders when the method registry is first created.</summary>
    /// <remarks>
    /// Plugins that cannot be loaded are logged as warnings and left out; <see cref="PluginCatalog.Report"/> of the
    /// <see cref="PluginCatalog"/> service lists them. A folder that does not exist is a <see cref="PluginFolderException"/>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="folders">Folders that hold <c>NAME/NAME.dll</c> or <c>NAME.dll</c> for each plugin; relative ones from the working
    /// folder.</param>
    /// <returns>The builder.</returns>
    public static PeftBuilder AddPluginsFrom(this PeftBuilder builder, params IEnumerable<string> folders)
    {
        FoldersOf(builder).Named.AddRange(folders);
        return builder;
    }

    /// <summary>
    /// As <see cref="AddPluginsFrom"/>, with the folders that the bound section names under <c>Plugins</c> (one, or a list).
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static PeftBuilder AddPlugins(this PeftBuilder builder)
    {
        FoldersOf(builder).Configured = () => Configured(builder.Configuration?.GetSection(Key));
        return builder.Claim(Key);
    }

    /// <summary>Sets the receiver of notices about plugins that take long to load. By default, they are logged.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="told">Receives a line for each such plugin.</param>
    /// <param name="cancellation">Ends the wait for a plugin.</param>
    /// <returns>The builder.</returns>
    public static PeftBuilder ReportSlowPlugins(
        this PeftBuilder builder, Action<string> told, CancellationToken cancellation = default)
    {
        var folders = FoldersOf(builder);
        (folders.Told, folders.Cancellation) = (told, cancellation);
        return builder;
    }

    private static IEnumerable<string> Configured(IConfigurationSection? section) =>
        section is null ? [] : section.GetChildren().Prepend(section).Select(entry => entry.Value).OfType<string>();

    /// <summary>The folders named so far; the first call registers what loads them.</summary>
    private static PluginFolders FoldersOf(PeftBuilder builder)
    {
        var known = builder.Services.Select(service => service.ImplementationInstance).OfType<PluginFolders>().FirstOrDefault();
        if (known is not null)
            return known;
        var folders = new PluginFolders();
        builder.Services.AddSingleton(folders);
        builder.Services.AddSingleton(services => new PluginCatalog([.. folders.Named, .. folders.Configured()])
        {
            Patience = new PluginPatience
            {
                Told = folders.Told
                    ?? (text => services.GetRequiredService<ILogger<PluginCatalog>>().LogWarning("{Notice}", text)),
                Cancellation = folders.Cancellation,
            },
        });
        builder.Services.AddSingleton<IMethodSource, PluginMethods>();
        builder.Services.AddSingleton<IExtensionSource, PluginExtensions>();
        return folders;
    }

    private sealed class PluginFolders
    {
        public List<string> Named { get; } = [];

        public Action<string>? Told { get; set; }

        public CancellationToken Cancellation { get; set; }

        public Func<IEnumerable<string>> Configured { get; set; } = () => [];
    }

    /// <summary>
    /// Adds the plugins' tasks and families of backbones. The plugins are loaded when the registry of methods is created.
    /// </summary>
    private sealed class PluginExtensions(PluginCatalog catalog, MethodRegistry methods) : IExtensionSource
    {
        public void AddTo(TaskRegistry registry)
        {
            ArgumentNullException.ThrowIfNull(methods);
            catalog.AddTo(registry);
        }

        public void AddTo(BackboneRegistry registry) => catalog.AddTo(registry);
    }

    /// <summary>Adds the plugins' methods, and logs a warning for each plugin that cannot be loaded.</summary>
    private sealed class PluginMethods(PluginCatalog catalog, ILogger<PluginCatalog> logger) : IMethodSource
    {
        public void AddTo(MethodRegistry registry)
        {
            catalog.AddTo(registry);
            foreach (var failure in catalog.Report.Failures)
                logger.LogWarning("{Problem}", failure.Problem.Message);
        }
    }
}
