namespace Peft;

/// <summary>A method at one site of the backbone.</summary>
/// <param name="Address">Where.</param>
/// <param name="Method">The instance.</param>
/// <param name="Banks">Its trainables, in the order of declaration.</param>
internal sealed record AttachedMethod(SiteAddress Address, AdaptationMethod Method, IReadOnlyList<ExpertBank> Banks);
