using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Methods;

/// <summary>
/// Prefix tuning: each self-attention also attends to trained keys and values, [K, V] = W2 tanh(W1 P) with P and W1 shared by all layers
/// (Li and Liang 2021, section 4.3), or the keys and values themselves; gated: both times g = mean over tokens of sigmoid(w h + b)
/// (UniPELT, Mao et al. 2022, section 3.3).
/// </summary>
[PeftMethod("prefix", Paper = "https://arxiv.org/abs/2101.00190")]
[InjectAt(Site.Attention)]
public sealed partial class Prefix : AttentionMethod
{
    /// <summary>The number of keys and values added to each layer.</summary>
    [Option(Min = 1, Description = "keys and values added to each layer")] public int Length { get; init; } = 10;

    /// <summary>Width of the reparametrising network; 0 for none.</summary>
    [Option(Min = 0, Description = "width of the reparametrising network; 0: none")] public int Middle { get; init; } = 512;

    /// <summary>Whether keys and values have a gate (UniPELT).</summary>
    [Option(Description = "UniPELT: a gate on keys and values")] public bool Gated { get; init; }

    /// <summary>Which tokens are included in the gate's average.</summary>
    [Option(Description = "tokens that the gate averages over")] public TokenPooling GatePooling { get; init; }

    /// <summary>
    /// Whether real tokens are shifted by <see cref="Length"/> positions, as Hugging Face's PEFT shifts the positions that it is given.
    /// </summary>
    [Option(Description = "real tokens move up by length positions, where the backbone has absolute ones")]
    public bool ShiftPositions { get; init; }

    [Trainable("Length, Hidden", Init = Init.Normal, Std = 1, When = nameof(HasNetwork), Scope = TrainableScope.Adapter, Group = "down")]
    private partial Tensor Input { get; }

    [Trainable("Middle, Hidden", Init = Init.KaimingUniform, When = nameof(HasNetwork), Scope = TrainableScope.Adapter, Group = "down")]
    private partial Tensor FirstWeight { get; }

    [Trainable("Middle", When = nameof(HasNetwork), Scope = TrainableScope.Adapter, Group = "down")]
    private partial Tensor FirstBias { get; }

    [Trainable("2 * Hidden, Middle", Init = Init.KaimingUniform, When = nameof(HasNetwork), Group = "up")]
    private partial Tensor SecondWeight { get; }

    [Trainable("2 * Hidden", When = nameof(HasNetwork), Group = "up")] private partial Tensor SecondBias { get; }

    [Trainable("Length, 2 * Hidden", Init = Init.Normal, Std = 1, When = nameof(IsFlat), Group = "down")]
    private partial Tensor Flat { get; }

    [Trainable("1, Hidden", Init = Init.Normal, When = nameof(Gated), Group = "gate")] private partial Tensor GateWeight { get; }

    [Trainable("1", When = nameof(Gated), Group = "gate")] private partial Tensor GateBias { get; }

    private bool HasNetwork => Middle > 0;

    private bool IsFlat => Middle == 0;

    /// <summary>The output of the reparametrising network, [Length, 2 Hidden].</summary>
    private Tensor Network => functional.linear(functional.linear(Input, FirstWeight, FirstBias).tanh(), SecondWeight, SecondBias);

    /// <inheritdoc/>
    protected override bool IsTokenwise => !Gated;

    /// <inheritdoc/>
    protected override int PositionShift => ShiftPositions ? Length : 0;

    /// <inheritdoc/>
    protected override KeysAndValues Apply(Tensor hidden)
    {
        var both = (IsFlat ? Flat : Network).unsqueeze(0); // [1, Length, 2 Hidden]
        var gate = Gated ? TokenMean.Compute(functional.linear(hidden, GateWeight, GateBias).sigmoid(), GatePooling) : null;
        return new(both.narrow(2, 0, Hidden), both.narrow(2, Hidden, Hidden), gate);
    }

    /// <inheritdoc/>
    protected override FlatVariant? Flatten() => IsFlat ? null : new(
        new Dictionary<string, object> { [nameof(Middle)] = 0 }, new Dictionary<string, Tensor> { [nameof(Flat)] = Network });
}
