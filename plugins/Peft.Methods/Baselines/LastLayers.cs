namespace Peft.Methods;

/// <summary>
/// The last k layers of the backbone are trained, and what lies behind them (FT-Top in the LoRA and AdaMix papers' tables).
/// </summary>
[PeftMethod("last-layers", IdentityAtInit = true)]
public sealed partial class LastLayers : UnfreezingMethod
{
    /// <summary>k: the number of layers to train.</summary>
    [Option(Min = 1, Description = "layers that are trained, from the last")] public int Count { get; init; } = 2;

    /// <inheritdoc/>
    protected override bool Trains(BackboneParameter parameter) =>
        parameter.Layer >= 0 ? parameter.Layer >= parameter.Layers - Count : parameter.FollowsLayers;
}
