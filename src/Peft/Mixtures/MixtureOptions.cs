namespace Peft;

/// <summary>Settings of a mixture (AdaMix, Wang et al. 2022).</summary>
public sealed record MixtureOptions
{
    /// <summary>The name users write: <c>adamix(method)</c>.</summary>
    public const string Name = "adamix";

    /// <summary>The largest number of experts. The paper uses 2 to 16.</summary>
    internal const int MostExperts = 1024;

    /// <summary>M, the number of experts of every group that is not shared.</summary>
    public int Experts { get; init; } = 4;

    /// <summary>Groups with a single expert for all routes. The released settings share the up-projections.</summary>
    public IReadOnlyList<string> Shared { get; init; } = ["up"];

    /// <summary>Weight of the consistency term between two stochastic passes; 0 disables the second pass.</summary>
    public double Consistency { get; init; } = 1;

    /// <summary>The experts that a pass in evaluation mode uses.</summary>
    public MixtureInference Inference { get; init; } = MixtureInference.Merged;

    /// <summary>
    /// Whether the optimiser's momentum and weight decay still update experts that an earlier step picked and this step did not. The
    /// released code does so, because its gradients were zero rather than absent.
    /// </summary>
    public bool DecayUnpicked { get; init; } = true;

    /// <summary>
    /// Whether the learning rate of experts is divided by the share of steps in which an expert is picked, 1 - (1 - 1/M)^P with P passes in
    /// a step. The paper does not: each of M experts then gets fewer updates than a plain method.
    /// </summary>
    public bool ScaleRate { get; init; }

    /// <summary>
    /// The share of the steps that train the first expert alone, with one pass each, before the others start as its copies; 0, as in the
    /// paper, for none.
    /// </summary>
    public double SplitAt { get; init; }

    /// <summary>
    /// The share of the steps over which the weight of the consistency term rises from 0 to <see cref="Consistency"/>; 0, as in the paper,
    /// for none.
    /// </summary>
    public double ConsistencyRamp { get; init; }

    /// <summary>How experts are picked in training.</summary>
    public RoutingPolicy Routing { get; init; } = RoutingPolicy.Stochastic;

    /// <summary>Which sites share a pick in a pass.</summary>
    public RouteScope Route { get; init; } = RouteScope.Site;

    /// <summary>How experts are initialised.</summary>
    public ExpertStarts Starts { get; init; } = ExpertStarts.Different;

    /// <summary>Weight of the load-balancing loss of <see cref="RoutingPolicy.Switch"/> (Fedus et al. 2021: 0.01).</summary>
    public double Balance { get; init; } = 0.01;

    /// <summary>The experts' weights in their average, as found by <see cref="GreedySoup"/>; null for equal weights.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>What is wrong with values from a file; null for nothing.</summary>
    internal string? Problem => this switch
    {
        { Experts: < 1 or > MostExperts } => $"experts is {Experts}; expected 1 to {MostExperts}",
        { Consistency: not (>= 0 and < double.PositiveInfinity) } => "consistency is not a number of at least 0",
        { Balance: not (>= 0 and < double.PositiveInfinity) } => "balance is not a number of at least 0",
        { SplitAt: not (>= 0 and <= 1) } => "splitAt is not a number from 0 to 1",
        { ConsistencyRamp: not (>= 0 and <= 1) } => "consistencyRamp is not a number from 0 to 1",
        { Weights: { } weights } when weights.Count != Experts => $"there are {weights.Count} weights for {Experts} experts",
        { Inference: MixtureInference.Routed, Routing: not RoutingPolicy.Switch } => "inference is routed, and routing is not switch",
        _ => null,
    };

    internal int ExpertsOf(string group) => Shared.Contains(group, StringComparer.OrdinalIgnoreCase) ? 1 : Experts;
}

/// <summary>The experts that a mixture's pass in evaluation mode uses.</summary>
public enum MixtureInference
{
    /// <summary>The uniform average of the experts' weights (the paper's AdaMix).</summary>
    Merged,

    /// <summary>The first expert everywhere (the paper's "fixed routing").</summary>
    Fixed,

    /// <summary>
    /// A route sampled for every pass, so for every batch; for every row with <see cref="RoutingPolicy.Example"/>.
    /// <see cref="Router.RandomUnit"/> changes that. The paper's "random routing" samples for every input, and the released decoding code
    /// for every sentence.
    /// </summary>
    Random,

    /// <summary>Expert m everywhere for m = 1 ... M, the logits averaged.</summary>
    Ensemble,

    /// <summary>The learned router's choice, as in training (<see cref="RoutingPolicy.Switch"/> only).</summary>
    Routed,
}

/// <summary>Which sites of a mixture share a pick in one pass.</summary>
public enum RouteScope
{
    /// <summary>Each site of each layer picks for itself (the paper's encoders).</summary>
    Site,

    /// <summary>All sites of a layer take the same expert, as query and value do in the released code for GPT-2.</summary>
    Layer,
}

/// <summary>How a mixture's experts are initialised.</summary>
public enum ExpertStarts
{
    /// <summary>Each expert is initialised independently.</summary>
    Different,

    /// <summary>
    /// All experts of a site start, in every layer, from the values of the first one, like LoRA's in the released code for GPT-2.
    /// </summary>
    Identical,
}

/// <summary>How a mixture picks experts in training.</summary>
public enum RoutingPolicy
{
    /// <summary>One sample for each layer, site and group, used for the whole batch (AdaMix, section 3.1).</summary>
    Stochastic,

    /// <summary>A separate sample for each row of the batch. For projection and stream methods.</summary>
    Example,

    /// <summary>
    /// A learned router picks one expert for each token and multiplies the expert's change by its probability (Fedus et al. 2021). For
    /// tokenwise projection and stream methods.
    /// </summary>
    Switch,
}
