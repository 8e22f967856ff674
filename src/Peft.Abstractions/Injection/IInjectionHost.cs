namespace Peft;

/// <summary>A backbone layer that offers sites. The generator implements it on every class with annotated sites.</summary>
public interface IInjectionHost
{
    /// <summary>The sites of this layer, in the order of the forward pass.</summary>
    IReadOnlyList<InjectionPoint> InjectionPoints { get; }
}

/// <summary>Queries on layers.</summary>
public static class InjectionHostExtensions
{
    /// <summary>
    /// Whether the layer may be run on some of the tokens, because every attached method treats each token independently.
    /// </summary>
    /// <param name="host">The layer.</param>
    /// <returns>True also when nothing is attached.</returns>
    public static bool IsTokenwise(this IInjectionHost host) => host.InjectionPoints.All(point => point.IsTokenwise);
}
