namespace Peft;

/// <summary>A backbone layer that offers sites. The generator implements it on every class with annotated sites.</summary>
public interface IInjectionHost
{
    /// <summary>The sites of this layer, in the order of the forward pass.</summary>
    IReadOnlyList<InjectionPoint> InjectionPoints { get; }
}
