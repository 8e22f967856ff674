namespace Peft;

/// <summary>A mixture's routing does not work with a method.</summary>
/// <param name="message">Which, the reason and the alternatives.</param>
public sealed class RoutingException(string message) : Exception(message);

/// <summary>Checks, before anything is created, that batches can be split for every method.</summary>
internal static class RoutingCheck
{
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
            if (kind is not (SiteKind.Projection or SiteKind.Stream))
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
