using Peft;
using static TorchSharp.torch;

namespace Guide;

/// <summary>Row scaling: y = (1 + s) (W x + b), s one trained number for each output.</summary>
[PeftMethod("row-scale", IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.Query, Site.Value)]
public sealed partial class RowScale : ProjectionMethod
{
    /// <summary>What s is multiplied by.</summary>
    [Option(Min = 0, Description = "what the trained numbers are multiplied by")]
    public double Gain { get; init; } = 1;

    [Trainable("Out", Group = "scale")]
    private partial Tensor S { get; }

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor x, Tensor y) => y * (1 + Gain * S);

    /// <inheritdoc/>
    protected override WeightDelta Delta() => new(Gain * S.unsqueeze(1) * FrozenWeight, FrozenBias is { } bias ? Gain * S * bias : null);
}
