namespace Peft;

/// <summary>The sites where a method acts unless its user chooses others of the same kind.</summary>
/// <param name="sites">At least one site, all of the kind that the method's base class sees.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class InjectAtAttribute(params Site[] sites) : Attribute
{
    /// <summary>The default sites.</summary>
    public IReadOnlyList<Site> Sites { get; } = sites;
}
