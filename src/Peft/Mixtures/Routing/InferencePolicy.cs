namespace Peft;

/// <summary>Chooses the experts of passes in evaluation mode.</summary>
/// <param name="routing">How the mixture picks experts in training.</param>
internal sealed class InferencePolicy(RoutingPolicy routing)
{
    /// <summary>The experts to use.</summary>
    /// <exception cref="RoutingException">On setting: <see cref="MixtureInference.Routed"/> without a learned router.</exception>
    public MixtureInference Kind
    {
        get;
        set => field = value != MixtureInference.Routed || routing == RoutingPolicy.Switch
            ? value
            : throw new RoutingException($"the inference {value} needs a learned router, and the routing is {routing}; choose another.");
    }

    /// <summary>The finest part of a batch that can have a route of its own with the adapter's methods.</summary>
    public RouteUnit Finest { get; set; }

    /// <summary>What shares a sampled route.</summary>
    /// <exception cref="RoutingException">On setting: a part is finer than the methods allow.</exception>
    public RouteUnit Unit
    {
        get;
        set => field = value <= Finest ? value : throw new RoutingException(RoutingCheck.TooFine(value, Finest, routing));
    } = routing == RoutingPolicy.Example ? RouteUnit.Sentence : RouteUnit.Batch;

    /// <summary>The routing of a pass that begins.</summary>
    /// <remarks><see cref="MixtureInference.Ensemble"/> runs a pass for each expert and sets their routes itself.</remarks>
    public PassRouting Begin(RouteSource source) => Kind switch
    {
        MixtureInference.Fixed => new PassRouting.Single(source.Everywhere(0)),
        MixtureInference.Random => Unit switch
        {
            RouteUnit.Sentence => new PassRouting.Rows(null),
            RouteUnit.Token => new PassRouting.SampledTokens(),
            _ => new PassRouting.Single(source.Sample()),
        },
        MixtureInference.Routed => new PassRouting.Tokens(),
        _ => new PassRouting.Merged(),
    };
}
