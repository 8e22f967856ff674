using System.Reflection;
using System.Runtime.Loader;

namespace Peft;

/// <summary>A third-party assembly that a run or an adapter needs, as result.json and adapter.json name it.</summary>
/// <param name="Assembly">The assembly's name, which is its file's name without <c>.dll</c>.</param>
/// <param name="Version">The assembly's version.</param>
public sealed record PluginReference(string Assembly, string Version)
{
    /// <summary>The assemblies that come with the command. Runs do not name them.</summary>
    private static readonly string[] s_own = ["Peft", "Peft.Methods", "Peft.Models", "Peft.Training"];

    /// <summary>The methods of the assembly that were used.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>The tasks of the assembly that were used.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>The <c>model_type</c> or class of the assembly's backbones that were used.</summary>
    public IReadOnlyList<string> Backbones { get; init; } = [];

    /// <summary>The assembly, its version and what was used of it: <c>Acme.Methods 1.2.0 (method acme)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var used = Methods.Select(name => $"method {name}").Concat(Tasks.Select(name => $"task {name}"))
            .Concat(Backbones.Select(name => $"backbone {name}"));
        return $"{Assembly} {Version} ({string.Join(", ", used)})";
    }

    /// <summary>The assembly, if it does not come with the command.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>The reference; null for an assembly of the command.</returns>
    public static PluginReference? Find(Assembly assembly)
    {
        var name = assembly.GetName();
        var isOwn = AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default && s_own.Contains(name.Name);
        return isOwn ? null : new PluginReference(name.Name!, name.Version?.ToString(3) ?? "0.0.0");
    }

    /// <summary>The assemblies of an adapter's methods.</summary>
    /// <param name="spec">The adapter's specification; null for none.</param>
    /// <returns>A reference for each assembly that does not come with the command.</returns>
    public static IEnumerable<PluginReference> Find(AdapterSpec? spec) => (spec?.Parts ?? [])
        .Select(part => Find(part.Method.Create.Method.Module.Assembly) is { } plugin ? plugin with { Methods = [part.Method.Name] } : null)
        .OfType<PluginReference>();

    /// <summary>Joins references to the same assembly.</summary>
    /// <param name="references">The references.</param>
    /// <returns>One reference for each assembly.</returns>
    public static IReadOnlyList<PluginReference> Join(IEnumerable<PluginReference> references) =>
    [
        .. references.GroupBy(plugin => (plugin.Assembly, plugin.Version)).Select(same => new PluginReference(
            same.Key.Assembly, same.Key.Version)
        {
            Methods = [.. same.SelectMany(plugin => plugin.Methods).Distinct()],
            Tasks = [.. same.SelectMany(plugin => plugin.Tasks).Distinct()],
            Backbones = [.. same.SelectMany(plugin => plugin.Backbones).Distinct()],
        }),
    ];

    /// <summary>Whether a method of the assembly is unknown, because the plugin is not loaded.</summary>
    /// <param name="registry">The known methods.</param>
    /// <returns>Whether a method is unknown.</returns>
    public bool LacksMethods(MethodRegistry registry) => Methods.Any(name => registry.Methods.All(method => method.Name != name));
}

/// <summary>A run or an adapter needs plugins that are not loaded.</summary>
/// <param name="folder">The run's or the adapter's folder.</param>
/// <param name="plugins">The plugins.</param>
public sealed class MissingPluginException(string folder, IReadOnlyList<PluginReference> plugins)
    : Exception($"{folder} was trained with {(plugins.Count == 1 ? "the plugin" : "the plugins")} {string.Join(", ", plugins)}, which "
        + $"{(plugins.Count == 1 ? "is" : "are")} not loaded; name the folder that holds "
        + $"{string.Join(" and ", plugins.Select(plugin => plugin.Assembly + ".dll"))} with --plugins DIR (in a program: AddPluginsFrom).")
{
    /// <summary>The plugins that are not loaded.</summary>
    public IReadOnlyList<PluginReference> Plugins { get; } = plugins;
}
