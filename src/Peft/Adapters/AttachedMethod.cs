namespace Peft;

/// <summary>A method at one site of the backbone.</summary>
/// <param name="Part">The part of the specification that it comes from.</param>
/// <param name="Address">The site.</param>
/// <param name="Method">The instance.</param>
/// <param name="Banks">Its trainables, in the order of declaration. A trainable that all sites share is listed at the first.</param>
internal sealed record AttachedMethod(MethodPart Part, SiteAddress Address, AdaptationMethod Method, IReadOnlyList<ExpertBank> Banks);
