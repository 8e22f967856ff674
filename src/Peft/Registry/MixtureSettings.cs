using Peft.Data;
using System.Globalization;

namespace Peft;

/// <summary>Parses the settings of <c>adamix</c>.</summary>
public static class MixtureSettings
{
    /// <summary>The settings of <c>adamix</c>, with the values that each accepts.</summary>
    public static IReadOnlyList<(string Name, string Expected, string Default)> All { get; } =
    [
        ("experts", "a whole number from 1 to 1024", "4"),
        ("share", "groups with one expert for all routes, joined by '+', or none", "up"),
        ("consistency", "a number of at least 0; 0 leaves out the second pass", "1"),
        ("inference", "merged, fixed, random, ensemble, or routed (with routing=switch, the default there)", "merged"),
        ("routing", "stochastic, example or switch", "stochastic"),
        ("route", "site or layer: what shares a pick", "site"),
        ("starts", "different or identical first values of the experts", "different"),
        ("balance", "a number of at least 0, the weight of the load-balancing loss of routing=switch", "0.01"),
        ("decayUnpicked", "true or false", "true"),
        ("scaleRate", "true or false: divide the experts' learning rate by their share of steps", "false"),
        ("splitAt", "a number from 0 to 1, the share of steps that train one expert alone, of which the others are then copies", "0"),
        ("consistencyRamp", "a number from 0 to 1, the share of steps over which the consistency term rises to its weight", "0"),
    ];

    internal static MixtureOptions Read(IReadOnlyList<MethodPart> parts, Dictionary<string, string> settings)
    {
        foreach (var name in settings.Keys.Where(name => !All.Any(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
        {
            throw new MethodOptionException(
                MixtureOptions.Name, name, $"there is no such option{NearestName.Hint(name, All.Select(known => known.Name))}");
        }

        var routing = ReadEnum<RoutingPolicy>("routing", settings);
        string Value(string name) => settings.GetValueOrDefault(name, DefaultOf(name, routing));
        double Weight(string name) =>
            double.TryParse(Value(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight >= 0
                && double.IsFinite(weight)
                ? weight : throw Wrong(name, Value(name));
        double Share(string name) => Weight(name) is var share && share <= 1 ? share : throw Wrong(name, Value(name));
        bool Flag(string name) => bool.TryParse(Value(name), out var flag) ? flag : throw Wrong(name, Value(name));
        return new MixtureOptions
        {
            Experts = int.TryParse(Value("experts"), NumberStyles.None, CultureInfo.InvariantCulture, out var experts)
                && experts is >= 1 and <= MixtureOptions.MostExperts
                ? experts : throw Wrong("experts", Value("experts")),
            Consistency = Weight("consistency"),
            Routing = routing,
            Route = ReadEnum<RouteScope>("route", settings),
            Starts = ReadEnum<ExpertStarts>("starts", settings),
            Balance = Weight("balance"),
            Inference = Enum.TryParse<MixtureInference>(Value("inference"), ignoreCase: true, out var inference)
                && Enum.IsDefined(inference)
                && (inference != MixtureInference.Routed || routing == RoutingPolicy.Switch)
                ? inference : throw Wrong("inference", Value("inference")),
            DecayUnpicked = Flag("decayUnpicked"),
            ScaleRate = Flag("scaleRate"),
            SplitAt = Share("splitAt"),
            ConsistencyRamp = Share("consistencyRamp"),
            Shared = ReadShared(parts, Value("share"), given: settings.ContainsKey("share")),
        };
    }

    /// <summary>
    /// A learned router does not sample, so a second pass would only repeat the first. It also picks the experts at inference.
    /// </summary>
    private static string DefaultOf(string name, RoutingPolicy routing) => (name, routing) switch
    {
        ("inference", RoutingPolicy.Switch) => "routed",
        ("consistency", RoutingPolicy.Switch) => "0",
        _ => All.First(known => known.Name == name).Default,
    };

    private static T ReadEnum<T>(string name, Dictionary<string, string> settings)
        where T : struct, Enum
    {
        var text = settings.GetValueOrDefault(name, All.First(known => known.Name == name).Default);
        return Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !int.TryParse(text, out _)
            ? value : throw Wrong(name, text);
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
                MixtureOptions.Name, "share",
                $"{string.Join('+', parts.Select(part => part.Method.Name))} has no group '{group}'; it has "
                    + $"{string.Join(", ", known)}");
        }

        return groups;
    }

    private static MethodOptionException Wrong(string name, string value) =>
        new(MixtureOptions.Name, name, $"'{Excerpt.Cut(value)}' is not {All.First(known => known.Name == name).Expected}");
}
