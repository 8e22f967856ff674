namespace Peft;

/// <summary>How a method is mixed (AdaMix, Wang et al. 2022).</summary>
public sealed record MixtureOptions
{
    /// <summary>The name users write: <c>adamix(method)</c>.</summary>
    public const string Name = "adamix";

    /// <summary>M, the number of experts of every group that is not shared.</summary>
    public int Experts { get; init; } = 4;

    /// <summary>Groups with a single expert for all routes. The released settings share the up-projections.</summary>
    public IReadOnlyList<string> Shared { get; init; } = ["up"];

    /// <summary>Weight of the consistency term between two stochastic passes; 0 leaves out the second pass.</summary>
    public double Consistency { get; init; } = 1;

    /// <summary>What a pass in evaluation mode uses.</summary>
    public MixtureInference Inference { get; init; } = MixtureInference.Merged;

    /// <summary>
    /// Whether experts that a step did not pick, but an earlier step did, are still moved by the optimiser's momentum and weight decay:
    /// the behaviour of the released code, whose gradients were zero rather than absent.
    /// </summary>
    public bool DecayUnpicked { get; init; } = true;

    internal int ExpertsOf(string group) => Shared.Contains(group, StringComparer.OrdinalIgnoreCase) ? 1 : Experts;
}

/// <summary>What a mixture's pass in evaluation mode uses.</summary>
public enum MixtureInference
{
    /// <summary>The uniform average of the experts' weights (the paper's AdaMix).</summary>
    Merged,

    /// <summary>The first expert everywhere (the paper's "fixed routing").</summary>
    Fixed,

    /// <summary>A route drawn for every pass (the paper's "random routing").</summary>
    Random,

    /// <summary>Expert m everywhere for m = 1 ... M, the logits averaged.</summary>
    Ensemble,
}
