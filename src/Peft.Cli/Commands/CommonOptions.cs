using System.CommandLine;
using System.Globalization;
using Peft.Data;

namespace Peft.Cli.Commands;

/// <summary>Options that mean the same in every command.</summary>
internal static class CommonOptions
{
    private const string PluginsName = "--plugins";

    public static Option<bool> Json() => new("--json") { Description = "print the result as JSON on standard output" };

    public static Option<bool> SkipMalformed(string rows) =>
        new(MalformedRows.Option) { Description = $"skip malformed {rows}, up to half of them, and report how many" };

    /// <summary>Whether a backbone that a file names may be downloaded.</summary>
    public static Option<bool> AllowDownload() => new("--allow-download")
    {
        Description = "download the backbone that the given run, adapter or file names, if it is a repository of the hub that is not in "
            + "the cache",
    };

    public static Option<string> Device() =>
        new("--device") { Description = "auto, cpu or cuda", DefaultValueFactory = _ => "auto" };

    /// <summary>Prints a notice on standard error.</summary>
    public static void Note(string notice) => Console.Error.WriteLine($"note: {notice}");

    /// <summary>Says which rows of a file were skipped.</summary>
    public static void Report(SkippedRows? skipped)
    {
        if (skipped is not null)
            Console.Error.WriteLine($"peft: {skipped}.");
    }

    /// <summary>How a mixture is evaluated.</summary>
    public static Option<string?> Inference() =>
        new("--inference")
        {
            Description = "for mixtures: merged, fixed, random, ensemble or routed [default: the adapter's]", HelpName = "WAY",
        };

    /// <summary>Sets how a mixture is evaluated, where that was given.</summary>
    public static void Choose(PeftModel model, string? inference)
    {
        if (inference is null)
            return;
        if (model.Adapter?.Router is not { } router)
            throw new UsageException($"--inference: {model.Adapter?.Spec.Expression ?? "a bare backbone"} is no mixture.");
        router.Inference = Enum.TryParse<MixtureInference>(inference, ignoreCase: true, out var chosen) && Enum.IsDefined(chosen)
            ? chosen
            : throw new UsageException($"--inference: '{inference}' is not one of merged, fixed, random, ensemble, routed.");
    }

    /// <summary>The option of every command that names folders of plugins.</summary>
    public static Option<string[]> Plugins() => new(PluginsName)
    {
        Description = "a folder of plugins, whose methods can then be named; repeat for more",
        HelpName = "DIR",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    public static IReadOnlyList<string> ReadPlugins(ParseResult parsed) => parsed.GetValue<string[]>(PluginsName) ?? [];

    /// <summary>Different seeds separated by commas: a seed given twice would count one run twice.</summary>
    public static IReadOnlyList<int> ReadSeeds(string text)
    {
        int[] seeds =
        [
            .. text.Split(',', StringSplitOptions.TrimEntries).Select(part =>
                int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                    ? seed : throw new UsageException($"--seeds: '{part}' is not a whole number from 0 to {int.MaxValue}.")),
        ];
        return seeds.GroupBy(seed => seed).FirstOrDefault(same => same.Count() > 1) is { Key: var twice }
            ? throw new UsageException($"--seeds: {twice} is given twice; give each seed once.") : seeds;
    }

    /// <summary>Different methods separated by commas.</summary>
    public static IReadOnlyList<string> ReadMethods(string text)
    {
        var methods = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var same = methods.GroupBy(method => method, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (same is { Key: var twice })
            throw new UsageException($"--methods: {twice} is given twice; give each method once.");
        return methods.Length > 0 ? methods : throw new UsageException("--methods: no method was given.");
    }
}
