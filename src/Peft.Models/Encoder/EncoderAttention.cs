using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>Multi-head self-attention with its output projection, residual and norm.</summary>
/// <remarks>
/// The block computes the states of some query tokens [B, Q, hidden] that attend to all tokens [B, T, hidden]. Usually these are all
/// tokens; in a classifier's last layer, only the first.
/// </remarks>
internal sealed class EncoderAttention : Module<Tensor, Tensor, Tensor?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly EncoderSelfAttention self;
    private readonly EncoderAttentionOutput output;
#pragma warning restore IDE1006

    internal EncoderAttention(EncoderConfig config)
        : base(nameof(EncoderAttention))
    {
        self = new EncoderSelfAttention(config);
        output = new EncoderAttentionOutput(config);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor asked, Tensor all, Tensor? mask) => output.call(self.call(asked, all, mask), asked);

    /// <summary>Whether every method attached to the block treats each token independently.</summary>
    internal bool IsTokenwise => self.IsTokenwise() && output.IsTokenwise();

    /// <summary>The number of positions by which methods in the block shift the real tokens.</summary>
    internal int PositionShift => self.PositionShift;
}

/// <summary>softmax(Q K^T / sqrt d) V over all heads (Vaswani et al. 2017, equation 1).</summary>
[InjectionHost]
internal sealed partial class EncoderSelfAttention : Module<Tensor, Tensor, Tensor?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
#pragma warning restore IDE1006
    private readonly long _heads;
    private readonly double _dropout;

    internal EncoderSelfAttention(EncoderConfig config)
        : base(nameof(EncoderSelfAttention))
    {
        _heads = config.Heads;
        _dropout = config.AttentionDropout;
        query = Linear(config.HiddenSize, config.HiddenSize);
        key = Linear(config.HiddenSize, config.HiddenSize);
        value = Linear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    [ProjectionSite(Site.Query, nameof(query))]
    private partial Tensor Query(Tensor x);

    [ProjectionSite(Site.Key, nameof(key))]
    private partial Tensor Key(Tensor x);

    [ProjectionSite(Site.Value, nameof(value))]
    private partial Tensor Value(Tensor x);

    [AttentionSite(Site.Attention, nameof(key))]
    private partial AttentionInputs Attend(Tensor hidden, AttentionInputs own);

    internal int PositionShift => AttendPoint.PositionShift;

    /// <inheritdoc/>
    public override Tensor forward(Tensor asked, Tensor all, Tensor? mask)
    {
        var dropout = training ? _dropout : 0;
        var (keys, values) = (AttentionHeads.Split(Key(all), _heads), AttentionHeads.Split(Value(all), _heads));
        var own = Attend(all, new AttentionInputs(keys, values, mask));
        return AttentionHeads.Join(own.Over(AttentionHeads.Split(Query(asked), _heads), dropout)); // [B, Q, hidden]
    }
}

/// <summary>Output projection of self-attention, dropout, residual, norm.</summary>
[InjectionHost]
internal sealed partial class EncoderAttentionOutput : Module<Tensor, Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;
#pragma warning restore IDE1006
    private readonly double _dropout;

    internal EncoderAttentionOutput(EncoderConfig config)
        : base(nameof(EncoderAttentionOutput))
    {
        _dropout = config.HiddenDropout;
        dense = Linear(config.HiddenSize, config.HiddenSize);
        LayerNorm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        RegisterComponents();
    }

    [ProjectionSite(Site.AttentionOutput, nameof(dense))]
    private partial Tensor Project(Tensor x);

    [StreamSite(Site.AfterAttention, nameof(LayerNorm))]
    private partial Tensor AfterAttention(Tensor hidden, Tensor residual);

    [NormSite(Site.AttentionNorm, nameof(LayerNorm))]
    private partial Tensor Normalize(Tensor x);

    /// <inheritdoc/>
    public override Tensor forward(Tensor mixed, Tensor residual) =>
        Normalize(Residual.Add(residual, Project(mixed), AfterAttentionPoint, AfterAttention, _dropout, training));
}
