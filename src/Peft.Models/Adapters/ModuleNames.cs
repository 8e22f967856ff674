using System.Text.RegularExpressions;

namespace Peft.Models;

/// <summary>
/// Maps module names between this library and others. They are the same, except that GPT-2's query, key and value are three linear maps
/// here and one matrix (<c>c_attn</c>) elsewhere.
/// </summary>
internal static partial class ModuleNames
{
    /// <summary>The three maps that are concatenated in a fused one.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["query", "key", "value"];

    /// <summary>Another library's name of a module here.</summary>
    /// <param name="module">The name here.</param>
    /// <returns>The other library's name, and which part of it the module is; null for all of it.</returns>
    public static (string Module, int? Part) Foreign(string module) => Fused().Match(module) is { Success: true } match
        ? (match.Groups["attn"].Value + ".c_attn", Parts.ToList().IndexOf(match.Groups["part"].Value))
        : (module, null);

    /// <summary>The modules here that make up another library's module.</summary>
    public static IReadOnlyList<string> Own(string foreign) =>
        foreign.EndsWith(".attn.c_attn", StringComparison.Ordinal)
            ? [.. Parts.Select(part => foreign[..^"c_attn".Length] + part)] : [foreign];

    /// <summary>
    /// The shortest name endings that match the chosen modules and no others, for target lists. An ending matches at a dot.
    /// </summary>
    /// <param name="chosen">The modules to match.</param>
    /// <param name="all">All modules.</param>
    public static IReadOnlyList<string> Ends(IReadOnlyCollection<string> chosen, IReadOnlyCollection<string> all)
    {
        var others = all.Except(chosen).ToList();
        return [.. chosen.Select(module => Suffixes(module).First(end => end == module || !others.Any(other => Matches(other, end))))
            .Distinct()];
    }

    /// <summary>Whether a name equals another or ends with it after a dot.</summary>
    public static bool Matches(string module, string end) => module == end || module.EndsWith("." + end, StringComparison.Ordinal);

    private static IEnumerable<string> Suffixes(string module)
    {
        for (var at = module.LastIndexOf('.'); at >= 0; at = at == 0 ? -1 : module.LastIndexOf('.', at - 1))
            yield return module[(at + 1)..];
        yield return module;
    }

    [GeneratedRegex(@"^(?<attn>(?:.*\.)?h\.\d+\.attn)\.(?<part>query|key|value)$")]
    private static partial Regex Fused();
}
