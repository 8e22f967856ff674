using System.Globalization;
using Peft.Data;
using YamlDotNet.RepresentationModel;

namespace Peft.Training;

/// <summary>A file that describes a sweep, in YAML: <c>peft sweep sweep.yaml</c>.</summary>
/// <remarks>
/// <code>
/// options:               # of every run, as in a run file
///   data: tickets.csv
///   epochs: 10
/// parameters:            # what varies
///   method: [lora, houlsby]
///   learning-rate: [1e-3, 5e-4]
/// seeds: [1, 2]          # each configuration runs with each; the mean decides
/// </code>
/// With <c>trials: 20</c>, values are sampled instead of combined, and a range may stand for a list:
/// <c>learning-rate: {min: 1e-5, max: 1e-2, scale: log}</c>.
/// </remarks>
public static class SweepFile
{
    private static readonly string[] s_keys = ["options", "parameters", "seeds", "trials", "search-seed"];
    private static readonly string[] s_rangeKeys = ["min", "max", "scale"];

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="basis">The options that the file's <c>options</c> override.</param>
    /// <returns>The sweep.</returns>
    /// <exception cref="RunFileException">The file is missing or malformed, a key is unknown, or a value is not of its type.</exception>
    public static SweepPlan Read(string file, TrainingOptions basis)
    {
        var root = RunFile.Parse(file) ?? throw new RunFileException(file, 0, "is empty; expected options and parameters");
        foreach (var (key, _) in root.Children)
        {
            if (RunFile.Scalar(file, key) is var name && !s_keys.Contains(name))
                throw new RunFileException(file, key.Start.Line, $"there is no key '{Excerpt.Cut(name)}'{NearestName.Hint(name, s_keys)} "
                    + $"(known: {string.Join(", ", s_keys)})");
        }

        var trials = Number(file, root, "trials", 0);
        return new SweepPlan
        {
            Options = Find(root, "options") switch
            {
                null => basis,
                YamlMappingNode options => RunFile.ReadMapping(file, options, basis),
                var other => throw new RunFileException(file, other.Start.Line, "options: expected options below it, as 'epochs: 3'"),
            },
            Parameters = ReadParameters(file, root, isGrid: trials == 0),
            Trials = trials,
            SearchSeed = Number(file, root, "search-seed", 1),
            Seeds = ReadSeeds(file, root),
        };
    }

    private static List<SweepParameter> ReadParameters(string file, YamlMappingNode root, bool isGrid)
    {
        if (Find(root, "parameters") is not YamlMappingNode { Children.Count: > 0 } parameters)
            throw new RunFileException(file, (Find(root, "parameters") ?? root).Start.Line,
                "parameters: expected options with the values to try below it, as 'learning-rate: [1e-3, 5e-4]'");
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. parameters.Children.Select(pair => ReadParameter(file, pair.Key, pair.Value, isGrid) is var parameter
            && known.Add(RunOption.Find(parameter.Name)?.Name ?? parameter.Name)
            ? parameter : throw new RunFileException(file, pair.Key.Start.Line, $"{parameter.Name}: is the name of a parameter above"))];
    }

    private static SweepParameter ReadParameter(string file, YamlNode key, YamlNode value, bool isGrid)
    {
        var (name, line) = (RunFile.Scalar(file, key), key.Start.Line);
        var option = RunOption.Find(name);
        if (option is null && !name.Contains('.', StringComparison.Ordinal))
            throw new RunFileException(file, line, "there is no option "
                + $"'{Excerpt.Cut(name)}'{NearestName.Hint(name, RunOption.All.Select(one => one.Name))}; expected an option of `peft "
                + "train`, or a method's as lora.rank");
        if (option is { IsFreeOnResume: true } || option?.Key == nameof(TrainingOptions.Seed))
            throw new RunFileException(file, line, $"{name} cannot vary, because it does not change the model"
                + (option.IsFreeOnResume ? "; put it under options" : " that is searched; list seeds under seeds"));
        if (value is YamlMappingNode && option is { IsText: true } or { IsFlag: true })
            throw new RunFileException(file, line, $"{name}: is not a number, so that it has no range; give a list of values");
        return value switch
        {
            YamlSequenceNode { Children.Count: > 0 } list =>
                new SweepParameter.List(name, [.. list.Children.Select(one => Checked(file, option, one))]),
            YamlMappingNode when isGrid => throw new RunFileException(
                file, line, $"{name}: a range is for random search; give a list of values, or trials: N"),
            YamlMappingNode range => ReadRange(file, name, range, option),
            _ => throw new RunFileException(file, line, $"{name}: expected a list of values, as [1, 2], or a range as {{min: 0, max: 1}}"),
        };
    }

    private static SweepParameter.Range ReadRange(string file, string name, YamlMappingNode range, RunOption? option)
    {
        foreach (var (key, _) in range.Children)
        {
            if (!s_rangeKeys.Contains(RunFile.Scalar(file, key)))
                throw new RunFileException(file, key.Start.Line, $"{name}: a range has min, max and scale, found "
                    + $"'{Excerpt.Cut(RunFile.Scalar(file, key))}'");
        }

        var (min, max) = (Bound("min"), Bound("max"));
        var scale = Find(range, "scale") is { } node ? RunFile.Scalar(file, node) : "linear";
        if (scale is not ("linear" or "log"))
            throw new RunFileException(file, range.Start.Line, $"{name}: scale is linear or log, found '{Excerpt.Cut(scale)}'");
        if (min >= max || (scale == "log" && min <= 0))
            throw new RunFileException(file, range.Start.Line, $"{name}: expected min below max{(scale == "log" ? ", both above 0" : "")}");
        var isWhole = option?.IsWhole ?? (double.IsInteger(min) && double.IsInteger(max));
        return new SweepParameter.Range(name, min, max, scale == "log", isWhole);

        double Bound(string key) => Find(range, key) is { } bound
            && double.TryParse(Checked(file, option, bound), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number : throw new RunFileException(file, range.Start.Line, $"{name}: expected a number as {key}");
    }

    /// <summary>The text of a value, after checking that the option accepts it.</summary>
    private static string Checked(string file, RunOption? option, YamlNode node)
    {
        var text = RunFile.Scalar(file, node);
        try
        {
            option?.Check(option.With(new TrainingOptions(), text));
            return text;
        }
        catch (TrainingOptionsException problem)
        {
            throw new RunFileException(file, node.Start.Line, $"{problem.Option}: {problem.Problem}");
        }
    }

    private static List<int> ReadSeeds(string file, YamlMappingNode root) => Find(root, "seeds") switch
    {
        null => [1],
        YamlSequenceNode { Children.Count: > 0 } list => list.Children.Select(node => Whole(file, node, "seeds")).ToList() is var seeds
            && seeds.Distinct().Count() == seeds.Count
            ? seeds : throw new RunFileException(file, list.Start.Line, "seeds: a seed is listed twice"),
        var other => throw new RunFileException(file, other.Start.Line, "seeds: expected a list, as [1, 2, 3]"),
    };

    private static int Number(string file, YamlMappingNode root, string key, int otherwise) => Find(root, key) is not { } node
        ? otherwise
        : Whole(file, node, key) is var number && number > 0
            ? number : throw new RunFileException(file, node.Start.Line, $"{key}: expected a whole number above 0");

    private static int Whole(string file, YamlNode node, string key) => int.TryParse(
        RunFile.Scalar(file, node), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number : throw new RunFileException(file, node.Start.Line, $"{key}: expected a whole number, found "
            + $"'{Excerpt.Cut(RunFile.Scalar(file, node))}'");

    private static YamlNode? Find(YamlMappingNode mapping, string key) =>
        mapping.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
}
