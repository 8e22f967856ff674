using System.Globalization;

namespace Peft;

/// <summary>Reads the settings of <c>adamix</c>.</summary>
public static class MixtureSettings
{
    /// <summary>The settings of <c>adamix</c>, with what each takes.</summary>
    public static IReadOnlyList<(string Name, string Expected, string Default)> All { get; } =
    [
        ("experts", "a whole number of at least 1", "4"),
        ("share", "groups with one expert for all routes, joined by '+', or none", "up"),
        ("consistency", "a number of at least 0; 0 leaves out the second pass", "1"),
        ("inference", "merged, fixed, random or ensemble", "merged"),
        ("decayUnpicked", "true or false", "true"),
    ];

    internal static MixtureOptions Read(IReadOnlyList<MethodPart> parts, Dictionary<string, string> settings)
    {
        foreach (var name in settings.Keys.Where(name => !All.Any(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
        {
            throw new MethodOptionException(
                MixtureOptions.Name, name, $"there is no such option{NearestName.Hint(name, All.Select(known => known.Name))}");
        }

        string Value(string name) => settings.GetValueOrDefault(name, All.First(known => known.Name == name).Default);
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
            Shared = ReadShared(parts, Value("share"), given: settings.ContainsKey("share")),
        };
    }

    private static IReadOnlyList<string> ReadShared(IReadOnlyList<MethodPart> parts, string text, bool given)
    {
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
            return [];
        var groups = text.Split('+', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] known = [.. parts.SelectMany(part => part.Method.Groups).Distinct()];
        foreach (var group in groups.Where(group => given && !known.Contains(group, StringComparer.OrdinalIgnoreCase)))
        {
            throw new MethodOptionException(
                MixtureOptions.Name, "share", $"{string.Join('+', parts.Select(part => part.Method.Name))} has no group '{group}'; it has {string.Join(", ", known)}");
        }

        return groups;
    }

    private static MethodOptionException Wrong(string name, string value) =>
        new(MixtureOptions.Name, name, $"'{value}' is not {All.First(known => known.Name == name).Expected}");
}
