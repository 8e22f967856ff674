namespace Peft.Methods;

/// <summary>Full fine-tuning: every parameter of the backbone is trained.</summary>
[PeftMethod("full", IdentityAtInit = true)]
public sealed partial class Full : UnfreezingMethod
{
    /// <inheritdoc/>
    protected override bool Trains(BackboneParameter parameter) => true;
}
