using System.Globalization;

namespace Peft;

/// <summary>Reads methods and settings as users write them: <c>adamix(houlsby)</c>, <c>houlsby.size=48</c>, <c>adamix.experts=4</c>.</summary>
public static class MethodExpression
{
    private const string SitesOption = "sites";

    /// <summary>The settings of <c>adamix</c>, with what each takes.</summary>
    public static IReadOnlyList<(string Name, string Expected, string Default)> MixtureSettings { get; } =
    [
        ("experts", "a whole number of at least 1", "4"),
        ("share", "groups with one expert for all routes, joined by '+', or none", "up"),
        ("consistency", "a number of at least 0; 0 leaves out the second pass", "1"),
        ("inference", "merged, fixed, random or ensemble", "merged"),
        ("decayUnpicked", "true or false", "true"),
    ];

    /// <summary>Reads an expression and its settings.</summary>
    /// <param name="registry">The known methods.</param>
    /// <param name="expression"><c>name</c> or <c>adamix(name)</c>.</param>
    /// <param name="settings">Values by <c>method.option</c>; those of other methods are passed over.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="UnknownNameException">There is no such method.</exception>
    /// <exception cref="MethodOptionException">A setting is unknown or its value not allowed.</exception>
    public static AdapterSpec Parse(MethodRegistry registry, string expression, IReadOnlyDictionary<string, string> settings)
    {
        var text = expression.Trim().ToLowerInvariant();
        var mixed = text.StartsWith(MixtureOptions.Name + "(", StringComparison.Ordinal) && text.EndsWith(')');
        var method = registry.Find(mixed ? text[(MixtureOptions.Name.Length + 1)..^1].Trim() : text);
        var own = SettingsOf(method.Name, settings);
        var sites = own.Remove(SitesOption, out var named) ? ReadSites(method.Name, named) : method.DefaultSites;
        var options = method.Complete(own.ToDictionary(pair => pair.Key, pair => (object)pair.Value));
        return new AdapterSpec(method, options, sites, mixed ? ReadMixture(method, SettingsOf(MixtureOptions.Name, settings)) : null);
    }

    private static Dictionary<string, string> SettingsOf(string owner, IReadOnlyDictionary<string, string> settings) =>
        settings.Where(pair => pair.Key.StartsWith(owner + ".", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(pair => pair.Key[(owner.Length + 1)..], pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    private static IReadOnlyList<Site> ReadSites(string method, string text) =>
    [
        .. text.Split('+', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name =>
            Enum.TryParse<Site>(name, ignoreCase: true, out var site) && Enum.IsDefined(site)
                ? site
                : throw new MethodOptionException(
                    method, SitesOption,
                    $"there is no site '{name}'{NearestName.Hint(name, Enum.GetNames<Site>())}; join several with '+'")),
    ];

    private static MixtureOptions ReadMixture(MethodDescriptor method, Dictionary<string, string> settings)
    {
        foreach (var name in settings.Keys.Where(name => !MixtureSettings.Any(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
        {
            throw new MethodOptionException(
                MixtureOptions.Name, name, $"there is no such option{NearestName.Hint(name, MixtureSettings.Select(known => known.Name))}");
        }

        string Value(string name) => settings.GetValueOrDefault(name, MixtureSettings.First(known => known.Name == name).Default);
        return new MixtureOptions
        {
            Experts = int.TryParse(Value("experts"), NumberStyles.None, CultureInfo.InvariantCulture, out var experts) && experts >= 1
                ? experts : throw Wrong("experts", Value("experts")),
            Consistency = double.TryParse(Value("consistency"), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
                && weight >= 0 && double.IsFinite(weight)
                ? weight : throw Wrong("consistency", Value("consistency")),
            Inference = Enum.TryParse<MixtureInference>(Value("inference"), ignoreCase: true, out var inference) && Enum.IsDefined(inference)
                ? inference : throw Wrong("inference", Value("inference")),
            DecayUnpicked = bool.TryParse(Value("decayUnpicked"), out var decay) ? decay : throw Wrong("decayUnpicked", Value("decayUnpicked")),
            Shared = ReadShared(method, Value("share"), given: settings.ContainsKey("share")),
        };
    }

    private static IReadOnlyList<string> ReadShared(MethodDescriptor method, string text, bool given)
    {
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
            return [];
        var groups = text.Split('+', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var group in groups.Where(group => given && !method.Groups.Contains(group, StringComparer.OrdinalIgnoreCase)))
            throw new MethodOptionException(MixtureOptions.Name, "share", $"{method.Name} has no group '{group}'; it has {string.Join(", ", method.Groups)}");
        return groups;
    }

    private static MethodOptionException Wrong(string name, string value) =>
        new(MixtureOptions.Name, name, $"'{value}' is not {MixtureSettings.First(known => known.Name == name).Expected}");
}
