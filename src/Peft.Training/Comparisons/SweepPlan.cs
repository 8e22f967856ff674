using Peft.Data;

namespace Peft.Training;

/// <summary>A search for the best values of a run's options.</summary>
public sealed record SweepPlan
{
    /// <summary>The options that all runs share.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>The options that vary.</summary>
    public required IReadOnlyList<SweepParameter> Parameters { get; init; }

    /// <summary>The number of configurations that random search samples; 0 for every combination of the lists (grid search).</summary>
    public int Trials { get; init; }

    /// <summary>Seeds what random search samples.</summary>
    public int SearchSeed { get; init; } = 1;

    /// <summary>The seeds that each configuration is run with. Configurations are ranked by the mean of the metric.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1];

    /// <summary>The configurations, each once. A value of a method that a configuration does not use is left out.</summary>
    /// <param name="registry">The known methods.</param>
    /// <returns>For each configuration the values that vary, and all its options.</returns>
    /// <exception cref="TrainingOptionsException">A value is not allowed for its option.</exception>
    /// <exception cref="UnknownNameException">A method's name is unknown.</exception>
    internal IReadOnlyList<(IReadOnlyDictionary<string, string> Values, TrainingOptions Options)> Configurations(MethodRegistry registry)
    {
        var chosen = new List<(IReadOnlyDictionary<string, string>, TrainingOptions)>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var values in Trials == 0 ? Grid() : Sampled())
        {
            var options = Apply(values);
            TrainingOptionsCheck.Check(options);
            var used = MethodExpression.SettingsUsed(MethodExpression.Parse(registry, options.Method, options.Settings), options.Settings);
            options = options with { Settings = used };
            var own = values.Where(pair => !pair.Key.Contains('.', StringComparison.Ordinal) || used.ContainsKey(pair.Key)).ToDictionary();
            if (known.Add(string.Join('\n', own.Select(pair => $"{pair.Key}={pair.Value}"))))
                chosen.Add((own, options));
        }

        return chosen;
    }

    private IEnumerable<Dictionary<string, string>> Grid() => Parameters.Aggregate(
        (IEnumerable<Dictionary<string, string>>)[[]],
        (combinations, parameter) => combinations.SelectMany(values => ((SweepParameter.List)parameter).Values.Select(
            value => new Dictionary<string, string>(values) { [parameter.Name] = value })));

    private IEnumerable<Dictionary<string, string>> Sampled()
    {
        var random = new SeededRandom(SearchSeed);
        for (var trial = 0; trial < Trials; trial++)
            yield return Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Sample(random));
    }

    private TrainingOptions Apply(Dictionary<string, string> values)
    {
        var options = Options;
        foreach (var (name, value) in values)
        {
            options = RunOption.Find(name) is { } option
                ? option.With(options, value)
                : options with
                {
                    Settings = new Dictionary<string, string>(options.Settings, StringComparer.OrdinalIgnoreCase) { [name] = value },
                };
        }

        return options;
    }
}
