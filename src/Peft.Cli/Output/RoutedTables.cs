using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>The results of a mixture with chosen or sampled experts, on standard output.</summary>
internal static class RoutedTables
{
    private const string Merged = "merged";

    /// <summary>Prints what was found.</summary>
    public static void Print(string run, RoutedEvaluationOptions options, RoutedEvaluation found, bool json)
    {
        if (json)
        {
            JsonOutput.Print(Fields(run, options, found));
            return;
        }

        var isOne = found.Draws.Count == 1;
        ResultTables.Print(
            [
                new Column("metric"), new Column(Merged, IsNumber: true),
                .. ((string[])(isOne ? [Way(options)] : ["mean", "deviation", "min", "max"])).Select(name =>
                    new Column(name, IsNumber: true)),
            ],
            [.. found.Ranges.Select(pair => (string[])
            [
                pair.Key, Scores.Text(pair.Key, found.Merged[pair.Key]), Scores.Text(pair.Key, pair.Value.Mean),
                .. isOne ? [] : ((double[])[pair.Value.Deviation, pair.Value.Min, pair.Value.Max])
                    .Select(value => Scores.Text(pair.Key, value)),
            ])]);
        if (found.Uncertainty is { } all)
            Print(all);
        if (found.Disagreement is { } deviation)
            ResultTables.PrintLine(FormattableString.Invariant($"mean standard deviation of the routes' numbers: {deviation:F4}"));
        ResultTables.PrintLine(FormattableString.Invariant($"{found.Rows} rows; {Description(options)}"));
    }

    private static void Print(EnsembleUncertainty all) => ResultTables.Print(
        [
            new Column("rows"), new Column("predictive entropy", IsNumber: true), new Column("expected entropy", IsNumber: true),
            new Column("mutual information", IsNumber: true),
        ],
        [
            .. new (string Name, EnsembleUncertainty? Part)[] { ("all", all), ("right", all.Right), ("wrong", all.Wrong) }
                .Where(row => row.Part is not null).Select(row => (string[])
                [
                    row.Name, Nats(row.Part!.PredictiveEntropy), Nats(row.Part.ExpectedEntropy), Nats(row.Part.MutualInformation),
                ]),
        ]);

    private static string Nats(double value) => FormattableString.Invariant($"{value:F4}");

    private static string Way(RoutedEvaluationOptions options) =>
        options.Inference == MixtureInference.Fixed ? FormattableString.Invariant($"expert {options.Expert}") : Name(options);

    private static string Description(RoutedEvaluationOptions options) => options.Inference == MixtureInference.Fixed
        ? FormattableString.Invariant($"expert {options.Expert} everywhere")
        : FormattableString.Invariant($"{options.Draws} {(options.Draws == 1 ? "route" : "routes")} sampled for each {Unit(options)}, ")
            + FormattableString.Invariant($"seed {options.Seed}")
            + (options.Inference == MixtureInference.Ensemble ? ", probabilities averaged; entropies in nats" : "");

    private static string Name(RoutedEvaluationOptions options) => options.Inference.ToString().ToLowerInvariant();

    private static string Unit(RoutedEvaluationOptions options) => options.Unit.ToString().ToLowerInvariant();

    private static Dictionary<string, object?> Fields(string run, RoutedEvaluationOptions options, RoutedEvaluation found)
    {
        var fields = new Dictionary<string, object?> { ["run"] = run, ["rows"] = found.Rows, ["routing"] = Name(options) };
        if (options.Inference == MixtureInference.Fixed)
            fields["expert"] = options.Expert;
        else
            (fields["route"], fields["draws"], fields["seed"]) = (Unit(options), options.Draws, options.Seed);
        (fields[Merged], fields["metrics"], fields["values"]) = (found.Merged, found.Ranges, found.Draws);
        if (found.Uncertainty is { } uncertainty)
            fields["uncertainty"] = uncertainty;
        if (found.Disagreement is { } disagreement)
            fields["disagreement"] = disagreement;
        return fields;
    }
}
