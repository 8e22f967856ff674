using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>One Transformer decoder layer, with the norm before each block (Radford et al. 2019, section 2.3).</summary>
[InjectionHost]
internal sealed partial class DecoderLayer : Module<Tensor, Tensor?, KeyValueCache?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly LayerNorm ln_1;
    private readonly DecoderAttention attn;
    private readonly LayerNorm ln_2;
    private readonly DecoderFeedForward mlp;
#pragma warning restore IDE1006
    private readonly double _dropout;

    internal DecoderLayer(DecoderConfig config, int layer)
        : base(nameof(DecoderLayer))
    {
        _dropout = config.HiddenDropout;
        ln_1 = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        attn = new DecoderAttention(config, layer);
        ln_2 = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        mlp = new DecoderFeedForward(config);
        RegisterComponents();
        foreach (var stream in new[] { AfterAttentionPoint, BeforeDropoutPoint, AfterFeedForwardPoint })
            stream.NormsSum = false;
    }

    [NormSite(Site.AttentionNorm, nameof(ln_1))]
    private partial Tensor NormalizeAttention(Tensor x);

    [StreamSite(Site.AfterAttention, nameof(ln_2))]
    private partial Tensor AfterAttention(Tensor hidden, Tensor residual);

    [NormSite(Site.FeedForwardNorm, nameof(ln_2))]
    private partial Tensor NormalizeFeedForward(Tensor x);

    [StreamSite(Site.BeforeFeedForwardDropout, nameof(ln_2))]
    private partial Tensor BeforeDropout(Tensor hidden, Tensor residual);

    [StreamSite(Site.AfterFeedForward, nameof(ln_2))]
    private partial Tensor AfterFeedForward(Tensor hidden, Tensor residual);

    /// <summary>The number of positions by which methods in the layer shift the real tokens.</summary>
    internal int PositionShift => attn.PositionShift;

    /// <summary>Runs the layer. Its own dispose scope frees tensors that the backward pass does not need.</summary>
    /// <param name="hidden">[batch, length, hidden].</param>
    /// <param name="mask">True where a query may attend, bool, broadcastable to [batch, heads, length, length so far].</param>
    /// <param name="cache">Keys and values of the previous tokens, or null.</param>
    /// <returns>[batch, length, hidden].</returns>
    public override Tensor forward(Tensor hidden, Tensor? mask, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        var mixed = attn.call(NormalizeAttention(hidden), mask, cache);
        var attended = Residual.Add(hidden, mixed, AfterAttentionPoint, AfterAttention, _dropout, training);
        var fed = BeforeDropout(mlp.call(NormalizeFeedForward(attended)), attended);
        return scope.MoveToOuter(Residual.Add(attended, fed, AfterFeedForwardPoint, AfterFeedForward, _dropout, training));
    }
}
