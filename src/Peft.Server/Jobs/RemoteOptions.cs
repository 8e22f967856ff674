using System.Text.Json;
using Peft.Training;

namespace Peft.Server;

/// <summary>
/// Reads the options of a job that a client submits. Files are inside the data folder, backbones are those that the server names, and the
/// job's folder is the server's choice.
/// </summary>
internal static class RemoteOptions
{
    private const string Settings = "set";

    private static readonly string[] s_refused = ["output", "overwrite", "resume", "snapshot-every", "keep-snapshots"];

    /// <summary>Whether the server sets an option, and clients cannot.</summary>
    /// <param name="name">The option's own name, in lower case.</param>
    public static bool IsOfServer(string name) => s_refused.Contains(name);

    /// <summary>Reads options.</summary>
    /// <param name="given">Options by name.</param>
    /// <param name="server">What clients may do.</param>
    /// <exception cref="RequestProblemException">An option is unknown or not allowed.</exception>
    /// <exception cref="TrainingOptionsException">A value is not allowed.</exception>
    public static TrainingOptions Read(IReadOnlyDictionary<string, JsonElement> given, PeftServerOptions server)
    {
        CheckOnce("options.", given.Keys);
        var options = new TrainingOptions();
        foreach (var (name, value) in given)
        {
            if (name == Settings)
            {
                options = options with { Settings = ReadSettings(value) };
                continue;
            }

            var option = RunOption.Find(name);
            if (option is null || IsOfServer(option.Name))
                throw new RequestProblemException(
                    $"options.{Excerpt(name)}: " + (option is null
                        ? $"there is no such option{NearestName.Hint(name, [.. RunOption.All.Select(known => known.Name)])}."
                        : "the server sets it; leave it out."));
            options = option.With(options, Allowed(option, Text($"options.{option.Name}", value), server));
        }

        return options;
    }

    private static Dictionary<string, string> ReadSettings(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new RequestProblemException("options.set: expected an object, as {\"lora.rank\": 8}.");
        CheckOnce("options.set.", value.EnumerateObject().Select(pair => pair.Name));
        return value.EnumerateObject().ToDictionary(
            pair => pair.Name, pair => Text($"options.set.{pair.Name}", pair.Value), StringComparer.OrdinalIgnoreCase);
    }

    private static void CheckOnce(string where, IEnumerable<string> names)
    {
        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new RequestProblemException($"{where}{Excerpt(twice.Last())}: is given twice; upper and lower case do not matter.");
    }

    private static string Text(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => RequestText.Read(name, value),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw new RequestProblemException($"{name}: expected a text, a number, true or false."),
    };

    private static string Allowed(RunOption option, string value, PeftServerOptions server)
    {
        if (option.Key == nameof(TrainingOptions.Backbone) && !server.Backbones.Contains(value))
            throw new RequestProblemException(
                $"options.backbone: '{Excerpt(value)}' is not served; expected one of {string.Join(", ", server.Backbones)}.");
        return option.HoldsPath(value) ? Inside(option.Name, value, server.DataFolder) : value;
    }

    private static string Inside(string name, string value, string? folder)
    {
        if (folder is null)
            throw new RequestProblemException($"options.{name}: this server has no data folder, so jobs name no files.");
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var path = Path.GetFullPath(Path.Combine(root, value));
        var start = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar; // the root folder keeps its separator
        if (Path.IsPathRooted(value) || !(path + Path.DirectorySeparatorChar).StartsWith(start, StringComparison.Ordinal))
            throw new RequestProblemException($"options.{name}: expected a file in the server's data folder, without '..'.");
        return Path.Exists(path) ? path : throw new RequestProblemException($"options.{name}: the data folder has no '{Excerpt(value)}'.");
    }

    private static string Excerpt(string text) => text.Length > 100 ? string.Concat(text.AsSpan(0, 100), "...") : text;
}
