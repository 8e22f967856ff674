using System.CommandLine;

namespace Peft.Cli.Commands;

/// <summary>Options that mean the same in every command.</summary>
internal static class CommonOptions
{
    private const string PluginsName = "--plugins";

    public static Option<bool> Json() => new("--json") { Description = "print the result as JSON on standard output" };

    /// <summary>For every command: where methods of other people are.</summary>
    public static Option<string[]> Plugins() => new(PluginsName)
    {
        Description = "a folder of plugins, whose methods can then be named; repeat for more",
        HelpName = "DIR",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    public static IReadOnlyList<string> ReadPlugins(ParseResult parsed) => parsed.GetValue<string[]>(PluginsName) ?? [];

    public static IReadOnlyList<int> ReadSeeds(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
            int.TryParse(part, out var seed) && seed >= 0 ? seed : throw new UsageException($"--seeds: '{part}' is not a whole number of at least 0.")),
    ];

    /// <summary>Methods separated by commas; commas inside brackets belong to a method.</summary>
    public static IReadOnlyList<string> ReadMethods(string text)
    {
        var methods = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return methods.Length > 0 ? methods : throw new UsageException("--methods: no method was given.");
    }
}
