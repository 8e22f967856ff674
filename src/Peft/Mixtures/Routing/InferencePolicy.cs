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

    /// <summary>The routing of a pass that begins.</summary>
    /// <remarks><see cref="MixtureInference.Ensemble"/> runs a pass for each expert and sets their routes itself.</remarks>
    public PassRouting Begin(RouteSource source) => Kind switch
    {
        MixtureInference.Fixed => new PassRouting.Single(source.Everywhere(0)),
        MixtureInference.Random when routing == RoutingPolicy.Example => new PassRouting.Rows(null),
        MixtureInference.Random => new PassRouting.Single(source.Sample()),
        MixtureInference.Routed => new PassRouting.Tokens(),
        _ => new PassRouting.Merged(),
    };
}
