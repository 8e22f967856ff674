using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>
/// DistilBERT's layer (Sanh et al. 2019): BERT's under other names, without a dropout between the attention block and its residual.
/// </summary>
[InjectionHost]
internal sealed partial class DistilBertLayer : Module<Tensor, Tensor, Tensor?, Tensor>, IEncoderLayer
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly DistilBertAttention attention;
    private readonly LayerNorm sa_layer_norm;
    private readonly DistilBertFeedForward ffn;
    private readonly LayerNorm output_layer_norm;
#pragma warning restore IDE1006
    private readonly double _dropout;

    internal DistilBertLayer(EncoderConfig config)
        : base(nameof(DistilBertLayer))
    {
        _dropout = config.HiddenDropout;
        attention = new DistilBertAttention(config);
        sa_layer_norm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        ffn = new DistilBertFeedForward(config);
        output_layer_norm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        RegisterComponents();
    }

    [StreamSite(Site.AfterAttention, nameof(sa_layer_norm))]
    private partial Tensor AfterAttention(Tensor hidden, Tensor residual);

    [NormSite(Site.AttentionNorm, nameof(sa_layer_norm))]
    private partial Tensor NormalizeAttention(Tensor x);

    [StreamSite(Site.BeforeFeedForwardDropout, nameof(output_layer_norm))]
    private partial Tensor BeforeDropout(Tensor hidden, Tensor residual);

    [StreamSite(Site.AfterFeedForward, nameof(output_layer_norm))]
    private partial Tensor AfterFeedForward(Tensor hidden, Tensor residual);

    [NormSite(Site.FeedForwardNorm, nameof(output_layer_norm))]
    private partial Tensor NormalizeFeedForward(Tensor x);

    /// <inheritdoc/>
    public bool IsTokenwise => attention.IsTokenwise() && ffn.IsTokenwise() && ((IInjectionHost)this).IsTokenwise();

    /// <inheritdoc/>
    public int PositionShift => attention.PositionShift;

    /// <summary>Runs the layer. Its own dispose scopes free tensors that the backward pass does not need.</summary>
    /// <param name="asked">The query tokens [batch, Q, hidden].</param>
    /// <param name="all">All tokens [batch, length, hidden].</param>
    /// <param name="mask">True for tokens that may be attended to, bool, broadcastable to [batch, heads, Q, length]; null for all.</param>
    /// <returns>[batch, Q, hidden].</returns>
    public override Tensor forward(Tensor asked, Tensor all, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var attended = Attend(asked, all, mask);
        var fed = BeforeDropout(ffn.call(attended), attended);
        return scope.MoveToOuter(NormalizeFeedForward(
            Residual.Add(attended, fed, AfterFeedForwardPoint, AfterFeedForward, _dropout, training)));
    }

    private Tensor Attend(Tensor asked, Tensor all, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var mixed = attention.call(asked, all, mask);
        return scope.MoveToOuter(NormalizeAttention(
            Residual.Add(asked, mixed, AfterAttentionPoint, AfterAttention, dropout: 0, training)));
    }
}

/// <summary>DistilBERT's self-attention with its output projection.</summary>
[InjectionHost]
internal sealed partial class DistilBertAttention : Module<Tensor, Tensor, Tensor?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear q_lin;
    private readonly Linear k_lin;
    private readonly Linear v_lin;
    private readonly Linear out_lin;
#pragma warning restore IDE1006
    private readonly long _heads;
    private readonly double _dropout;

    internal DistilBertAttention(EncoderConfig config)
        : base(nameof(DistilBertAttention))
    {
        _heads = config.Heads;
        _dropout = config.AttentionDropout;
        q_lin = Linear(config.HiddenSize, config.HiddenSize);
        k_lin = Linear(config.HiddenSize, config.HiddenSize);
        v_lin = Linear(config.HiddenSize, config.HiddenSize);
        out_lin = Linear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    [ProjectionSite(Site.Query, nameof(q_lin))]
    private partial Tensor Query(Tensor x);

    [ProjectionSite(Site.Key, nameof(k_lin))]
    private partial Tensor Key(Tensor x);

    [ProjectionSite(Site.Value, nameof(v_lin))]
    private partial Tensor Value(Tensor x);

    [ProjectionSite(Site.AttentionOutput, nameof(out_lin))]
    private partial Tensor Project(Tensor x);

    [AttentionSite(Site.Attention, nameof(k_lin))]
    private partial AttentionInputs Attend(Tensor hidden, AttentionInputs own);

    internal int PositionShift => AttendPoint.PositionShift;

    /// <inheritdoc/>
    public override Tensor forward(Tensor asked, Tensor all, Tensor? mask)
    {
        var dropout = training ? _dropout : 0;
        var (keys, values) = (AttentionHeads.Split(Key(all), _heads), AttentionHeads.Split(Value(all), _heads));
        var own = Attend(all, new AttentionInputs(keys, values, mask));
        return Project(AttentionHeads.Join(own.Over(AttentionHeads.Split(Query(asked), _heads), dropout))); // [B, Q, hidden]
    }
}

/// <summary>DistilBERT's feed-forward block without its dropout: W2 f(W1 x + b1) + b2.</summary>
[InjectionHost]
internal sealed partial class DistilBertFeedForward : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear lin1;
    private readonly Linear lin2;
#pragma warning restore IDE1006
    private readonly string _activation;

    internal DistilBertFeedForward(EncoderConfig config)
        : base(nameof(DistilBertFeedForward))
    {
        _activation = config.HiddenActivation;
        lin1 = Linear(config.HiddenSize, config.IntermediateSize);
        lin2 = Linear(config.IntermediateSize, config.HiddenSize);
        RegisterComponents();
    }

    [ProjectionSite(Site.FeedForwardUp, nameof(lin1))]
    private partial Tensor Up(Tensor x);

    [ProjectionSite(Site.FeedForwardDown, nameof(lin2))]
    private partial Tensor Down(Tensor x);

    /// <inheritdoc/>
    public override Tensor forward(Tensor hidden) => Down(HiddenActivation.Apply(_activation, Up(hidden)));
}
