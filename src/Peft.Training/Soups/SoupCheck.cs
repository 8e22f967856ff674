using System.Text.Json;

namespace Peft.Training;

/// <summary>Checks, before anything is loaded, that runs have the same task, backbone, method and settings of the method.</summary>
internal static class SoupCheck
{
    /// <summary>Checks the runs.</summary>
    /// <exception cref="RunSoupException">One differs from the first; the message names the run and the difference.</exception>
    /// <exception cref="RunFolderException">A folder holds no readable result.</exception>
    public static void Check(IReadOnlyList<string> folders)
    {
        if (folders.Count < 2)
            throw new RunSoupException(folders.FirstOrDefault() ?? "no run", "an average needs at least two runs; name another.");
        if (folders.GroupBy(Path.GetFullPath).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
            throw new RunSoupException(twice, "is named twice; name each run once.");
        var first = Facts(folders[0]);
        foreach (var folder in folders.Skip(1))
        {
            var own = Facts(folder);
            if (first.Keys.Concat(own.Keys).FirstOrDefault(name => Value(own, name) != Value(first, name)) is { } name)
                throw new RunSoupException(folder, $"{name} is {Value(own, name)}, and {Value(first, name)} in {folders[0]}; "
                    + "runs of an average need the same.");
        }
    }

    private static string Value(IReadOnlyDictionary<string, string> facts, string name) => facts.GetValueOrDefault(name, "not set");

    /// <summary>The values that must be equal, in the order in which differences are reported.</summary>
    private static Dictionary<string, string> Facts(string folder)
    {
        var result = RunResult.Read(folder);
        var manifest = AdapterFolder.ReadManifest(Path.Combine(folder, "adapter"));
        var facts = new Dictionary<string, string>
        {
            ["the task"] = result.Task,
            ["the method"] = result.Method,
            ["the backbone"] = result.Settings.Backbone,
            ["the backbone's identity"] = manifest.BackboneIdentity ?? "unknown",
            ["the list of labels"] = manifest.Labels is { } labels ? string.Join(", ", labels) : "none",
            ["the list of added tokens"] = string.Join(", ", manifest.AddedTokens),
            ["the mean of the numbers"] = FormattableString.Invariant($"{result.State?.TargetMean ?? 0}"),
            ["the deviation of the numbers"] = FormattableString.Invariant($"{result.State?.TargetDeviation ?? 1}"),
            ["adamix.experts"] = FormattableString.Invariant($"{manifest.Mixture?.Experts ?? 1}"),
            ["adamix.share"] = string.Join('+', manifest.Mixture?.Shared ?? []),
            ["adamix.routing"] = $"{manifest.Mixture?.Routing}".ToLowerInvariant(),
        };
        foreach (var part in manifest.Parts)
        {
            foreach (var (option, value) in part.Options.Concat(part.Overrides))
                facts[$"{part.Method}.{option}"] = value;
            facts[$"the choice of modules of {part.Method}"] = JsonSerializer.Serialize(part.Where);
        }

        return facts;
    }
}
