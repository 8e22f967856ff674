using System.CommandLine;
using Peft.Cli.Output;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>The options of <c>peft eval</c> that choose or sample the experts of a mixture.</summary>
internal sealed class RoutingArguments
{
    private const string Merged = "merged";

    private readonly Option<string> _routing = new("--routing")
    {
        Description = "for mixtures: merged weights; fixed, one expert everywhere (--expert); random, metrics of --draws sampled routes; or "
            + "ensemble, the mean probabilities of --draws sampled routes, with their entropies",
        HelpName = "WAY",
        DefaultValueFactory = _ => Merged,
    };

    private readonly Option<string?> _route = new("--route")
    {
        Description = "what shares a sampled route: batch, sentence or token [default: batch]", HelpName = "UNIT",
    };

    private readonly Option<int?> _expert =
        NumberOption.Whole("--expert", "of --routing fixed: the expert, from 0 [default: 0, the paper's fixed routing]", min: 0);

    private readonly Option<int?> _draws =
        NumberOption.Whole("--draws", "of --routing random and ensemble: how many routes are sampled [default: 10]", min: 1);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_routing, _route, _expert, _draws])
            command.Options.Add(option);
    }

    /// <summary>The options; null for the merged weights, which are evaluated like any run.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">The seed of the routes; null for the default.</param>
    /// <exception cref="UsageException">A word is unknown, or an option does not belong to the way.</exception>
    public RoutedEvaluationOptions? Read(ParseResult parsed, ulong? seed)
    {
        var way = parsed.GetValue(_routing)!.ToLowerInvariant() switch
        {
            Merged => MixtureInference.Merged,
            "fixed" => MixtureInference.Fixed,
            "random" => MixtureInference.Random,
            "ensemble" => MixtureInference.Ensemble,
            var other => throw new UsageException($"--routing: '{other}' is not one of merged, fixed, random, ensemble."),
        };
        var samples = way is MixtureInference.Random or MixtureInference.Ensemble;
        if (!samples && parsed.GetValue(_route) is not null)
            throw new UsageException("--route: needs --routing random or ensemble, whose routes it shares out.");
        if (!samples && parsed.GetValue(_draws) is not null)
            throw new UsageException("--draws: needs --routing random or ensemble, whose routes are sampled.");
        if (way != MixtureInference.Fixed && parsed.GetValue(_expert) is not null)
            throw new UsageException("--expert: needs --routing fixed.");
        return way == MixtureInference.Merged ? null : new RoutedEvaluationOptions
        {
            Inference = way,
            Unit = UnitOf(parsed.GetValue(_route) ?? "batch"),
            Expert = parsed.GetValue(_expert) ?? 0,
            Draws = parsed.GetValue(_draws) ?? 10,
            Seed = seed ?? 1,
        };
    }

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

    private static RouteUnit UnitOf(string word) => word.ToLowerInvariant() switch
    {
        "batch" => RouteUnit.Batch,
        "sentence" => RouteUnit.Sentence,
        "token" => RouteUnit.Token,
        _ => throw new UsageException($"--route: '{word}' is not one of batch, sentence, token."),
    };

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
