namespace Peft;

/// <summary>A method at one site of the backbone.</summary>
/// <param name="Part">The part of the specification it comes from.</param>
/// <param name="Address">Where.</param>
/// <param name="Method">The instance.</param>
/// <param name="Banks">Its trainables, in the order of declaration; one that all sites share is listed at the first.</param>
internal sealed record AttachedMethod(MethodPart Part, SiteAddress Address, AdaptationMethod Method, IReadOnlyList<ExpertBank> Banks);
