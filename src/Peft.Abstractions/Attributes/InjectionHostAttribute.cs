namespace Peft;

/// <summary>Marks a partial class as a backbone layer that offers sites.</summary>
/// <remarks>
/// You write:
/// <code>
/// [InjectionHost]
/// public sealed partial class SelfAttention : Module&lt;Tensor, Tensor&gt;
/// {
///     private readonly Linear query;
///
///     [ProjectionSite(Site.Query, nameof(query))]
///     private partial Tensor Query(Tensor x);
///     ...
/// }
/// </code>
/// You get: <see cref="IInjectionHost"/> with an injection point for each site method, and the bodies of these methods.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class InjectionHostAttribute : Attribute;
