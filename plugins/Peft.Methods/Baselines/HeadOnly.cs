namespace Peft.Methods;

/// <summary>The frozen backbone; only the head is trained.</summary>
[PeftMethod("head-only", IdentityAtInit = true)]
public sealed partial class HeadOnly : UnfreezingMethod
{
    /// <inheritdoc/>
    protected override bool Trains(BackboneParameter parameter) => false;
}
