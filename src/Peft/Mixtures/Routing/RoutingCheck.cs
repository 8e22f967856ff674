namespace Peft;

/// <summary>A mixture's routing does not work with a method.</summary>
/// <param name="message">Which, the reason and the alternatives.</param>
public sealed class RoutingException(string message) : Exception(message);

/// <summary>Checks, before anything is created, that batches can be split for every method.</summary>
internal static class RoutingCheck
{
    /// <summary>The finest part of a batch that can have a route of its own.</summary>
    /// <param name="routing">How the mixture picks experts in training.</param>
    /// <param name="attached">The methods at their sites.</param>
    /// <param name="isShared">Whether several places share a slot, so that tokens cannot be sampled place by place.</param>
    public static RouteUnit FinestUnit(RoutingPolicy routing, IReadOnlyList<AttachedMethod> attached, bool isShared)
    {
        if (routing == RoutingPolicy.Switch || attached.Any(one => !SplitsBatches(one.Part.Method.Kind)))
            return RouteUnit.Batch;
        return isShared || attached.Any(one => !one.Method.IsTokenwise) ? RouteUnit.Sentence : RouteUnit.Token;
    }

    /// <summary>Why routes cannot be sampled for so small a part of a batch.</summary>
    public static string TooFine(RouteUnit wanted, RouteUnit finest, RoutingPolicy routing) =>
        $"routes cannot be sampled for each {Word(wanted)}: " + (routing == RoutingPolicy.Switch
            ? "the mixture has a learned router" : finest == RouteUnit.Batch
            ? "a method of the mixture acts on the whole batch alike"
            : "a method of the mixture looks across tokens, or several places share their experts")
        + $"; sample them for each {Word(finest)}.";

    private static string Word(RouteUnit unit) => unit.ToString().ToLowerInvariant();

    private static bool SplitsBatches(SiteKind kind) => kind is SiteKind.Projection or SiteKind.Stream;

    public static void Check(AdapterSpec spec, AdapterPlan plan)
    {
        if (spec.Mixture is not { } mixture)
            return;
        if (mixture.Inference == MixtureInference.Routed && mixture.Routing != RoutingPolicy.Switch)
            throw new RoutingException($"the inference {mixture.Inference} needs a learned router, and the routing is "
                + $"{mixture.Routing}; set routing to {RoutingPolicy.Switch}.");
        if (mixture.Routing == RoutingPolicy.Stochastic)
            return;
        foreach (var (part, address) in plan.Places)
        {
            var (name, kind) = (part.Method.Name, part.Method.Kind);
            if (!SplitsBatches(kind))
            {
                throw new RoutingException(
                    $"the routing {mixture.Routing} picks experts for parts of a batch, and {name} acts on {kind} sites, the same for "
                        + $"all rows; use {RoutingPolicy.Stochastic}.");
            }

            if (mixture.Routing == RoutingPolicy.Switch && !part.Method.Create(part.OptionsAt(address.Path)).IsTokenwise)
                throw new RoutingException($"the routing {mixture.Routing} picks experts token by token, and {name} looks across tokens "
                    + $"with its options at {address.Path}.");
        }
    }
}
