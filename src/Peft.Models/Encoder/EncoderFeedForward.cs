using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>First half of the feed-forward block: f(W1 x + b1).</summary>
[InjectionHost]
internal sealed partial class EncoderIntermediate : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
#pragma warning restore IDE1006
    private readonly string _activation;

    internal EncoderIntermediate(EncoderConfig config)
        : base(nameof(EncoderIntermediate))
    {
        _activation = config.HiddenActivation;
        dense = Linear(config.HiddenSize, config.IntermediateSize);
        RegisterComponents();
    }

    [ProjectionSite(Site.FeedForwardUp, nameof(dense))]
    private partial Tensor Project(Tensor x);

    /// <inheritdoc/>
    public override Tensor forward(Tensor hidden) => HiddenActivation.Apply(_activation, Project(hidden));
}

/// <summary>Second half of the feed-forward block: W2 x + b2, dropout, residual, norm.</summary>
[InjectionHost]
internal sealed partial class EncoderFeedForwardOutput : Module<Tensor, Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;
#pragma warning restore IDE1006
    private readonly double _dropout;

    internal EncoderFeedForwardOutput(EncoderConfig config)
        : base(nameof(EncoderFeedForwardOutput))
    {
        _dropout = config.HiddenDropout;
        dense = Linear(config.IntermediateSize, config.HiddenSize);
        LayerNorm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        RegisterComponents();
    }

    [ProjectionSite(Site.FeedForwardDown, nameof(dense))]
    private partial Tensor Project(Tensor x);

    [StreamSite(Site.BeforeFeedForwardDropout, nameof(LayerNorm))]
    private partial Tensor BeforeDropout(Tensor hidden, Tensor residual);

    [StreamSite(Site.AfterFeedForward, nameof(LayerNorm))]
    private partial Tensor AfterFeedForward(Tensor hidden, Tensor residual);

    [NormSite(Site.FeedForwardNorm, nameof(LayerNorm))]
    private partial Tensor Normalize(Tensor x);

    /// <inheritdoc/>
    public override Tensor forward(Tensor intermediate, Tensor residual)
    {
        var hidden = BeforeDropout(Project(intermediate), residual);
        return Normalize(Residual.Add(residual, hidden, AfterFeedForwardPoint, AfterFeedForward, _dropout, training));
    }
}
