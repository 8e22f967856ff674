using Peft.Data;
using System.Globalization;

namespace Peft;

/// <summary>
/// The settings of where a method acts, which every method has: <c>lora.sites=query+key</c>, <c>lora.targets=...</c>,
/// <c>lora.layers=0-3+8</c>.
/// </summary>
public static class PlaceSettings
{
    private const char Joint = '+';

    /// <summary>Their names, with the values that each accepts.</summary>
    public static IReadOnlyList<(string Name, string Expected)> All { get; } =
    [
        ("sites", "sites joined by '+'"),
        ("targets", "names or ends of names of modules joined by '+', 're:' and a regular expression, or all-linear"),
        ("exclude", "modules to leave alone, written as targets"),
        ("layers", "layers from 0, joined by '+', ranges as 0-3"),
        ("leaveOut", "layers to leave alone, written as layers (AdapterDrop)"),
    ];

    /// <summary>
    /// Removes the place settings from a method's settings. The method's own sites apply unless sites or targets are set.
    /// </summary>
    internal static ModuleSelection Take(MethodDescriptor method, Dictionary<string, string> settings)
    {
        var sites = settings.Remove("sites", out var named) ? ReadSites(method.Name, named) : null;
        var targets = settings.Remove("targets", out var modules) ? ReadPatterns(modules) : [];
        return new ModuleSelection
        {
            Sites = sites ?? (targets.Count > 0 ? [] : method.DefaultSites),
            Targets = targets,
            Exclude = settings.Remove("exclude", out var excluded) ? ReadPatterns(excluded) : [],
            Layers = settings.Remove("layers", out var layers) ? ReadLayers(method.Name, "layers", layers) : [],
            LeaveOut = settings.Remove("leaveOut", out var left) ? ReadLayers(method.Name, "leaveOut", left) : [],
        };
    }

    private static IReadOnlyList<Site> ReadSites(string method, string text) =>
    [
        .. Split(text).Select(name =>
            Enum.TryParse<Site>(name, ignoreCase: true, out var site) && Enum.IsDefined(site)
                ? site
                : throw new MethodOptionException(
                    method, "sites", $"there is no site '{Excerpt.Cut(name)}'{NearestName.Hint(name, Enum.GetNames<Site>())}; join "
                        + "several with '+'")),
    ];

    /// <summary>A regular expression may contain any character, so it must be the only pattern.</summary>
    private static IReadOnlyList<ModulePattern> ReadPatterns(string text) =>
        text.StartsWith(ModulePattern.RegexPrefix, StringComparison.Ordinal)
            ? [new ModulePattern(text)]
            : [.. Split(text).Select(part => new ModulePattern(part))];

    private static IReadOnlyList<int> ReadLayers(string method, string option, string text)
    {
        var layers = new SortedSet<int>();
        foreach (var part in Split(text))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryRead(ends[0], out var first) || !TryRead(ends[^1], out var last) || last < first)
                throw new MethodOptionException(
                    method, option, $"'{part}' is no layer and no range of layers such as 0-3; join several with '+'");
            layers.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. layers];
    }

    private static bool TryRead(string text, out int layer) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out layer) && layer < 10_000;

    private static string[] Split(string text) => text.Split(Joint, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
