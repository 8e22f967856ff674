using System.CommandLine;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>The options of <c>peft eval</c> that choose or sample the experts of a mixture.</summary>
internal sealed class RoutingArguments
{
    private const string Merged = "merged";

    private readonly Option<string> _routing = new("--routing")
    {
        Description = "for mixtures: merged weights; fixed, one expert everywhere (--expert); random, metrics of --draws sampled routes; "
            + "or ensemble, the mean probabilities of --draws sampled routes, with their entropies",
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

    private static RouteUnit UnitOf(string word) => word.ToLowerInvariant() switch
    {
        "batch" => RouteUnit.Batch,
        "sentence" => RouteUnit.Sentence,
        "token" => RouteUnit.Token,
        _ => throw new UsageException($"--route: '{word}' is not one of batch, sentence, token."),
    };
}
