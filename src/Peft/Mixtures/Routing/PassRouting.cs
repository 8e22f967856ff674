namespace Peft;

/// <summary>The experts that one forward pass of a mixture uses.</summary>
public abstract record PassRouting
{
    private PassRouting()
    {
    }

    /// <summary>Every group uses the average of its experts.</summary>
    public sealed record Merged : PassRouting;

    /// <summary>The whole batch uses one route.</summary>
    /// <param name="Route">The route.</param>
    public sealed record Single(Route Route) : PassRouting;

    /// <summary>Each row of the batch uses its own route (<see cref="RoutingPolicy.Example"/>, <see cref="RouteUnit.Sentence"/>).</summary>
    /// <param name="Routes">A route for each row. Null until the pass reaches its first method, because the number of rows is unknown
    /// before.</param>
    public sealed record Rows(IReadOnlyList<Route>? Routes) : PassRouting;

    /// <summary>Each token samples an expert at each place (<see cref="RouteUnit.Token"/>).</summary>
    public sealed record SampledTokens : PassRouting;

    /// <summary>A learned router picks an expert for each token (<see cref="RoutingPolicy.Switch"/>).</summary>
    public sealed record Tokens : PassRouting;
}
