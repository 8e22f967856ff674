namespace Peft;

/// <summary>The sites where a method acts by default. Users can choose others of the same kind.</summary>
/// <param name="sites">At least one site, all of the kind that the method's base class supports.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class InjectAtAttribute(params Site[] sites) : Attribute
{
    /// <summary>The default sites.</summary>
    public IReadOnlyList<Site> Sites { get; } = sites;
}
