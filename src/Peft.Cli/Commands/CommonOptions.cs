using System.CommandLine;

namespace Peft.Cli.Commands;

/// <summary>Options that mean the same in every command.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "print the result as JSON on standard output" };

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
