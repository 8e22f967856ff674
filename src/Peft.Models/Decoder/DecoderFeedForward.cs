using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>The feed-forward block: W2 f(W1 x + b1) + b2. The layer applies its dropout.</summary>
[InjectionHost]
internal sealed partial class DecoderFeedForward : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear c_fc;
    private readonly Linear c_proj;
#pragma warning restore IDE1006
    private readonly string _activation;

    internal DecoderFeedForward(DecoderConfig config)
        : base(nameof(DecoderFeedForward))
    {
        _activation = config.HiddenActivation;
        c_fc = Linear(config.HiddenSize, config.IntermediateSize);
        c_proj = Linear(config.IntermediateSize, config.HiddenSize);
        RegisterComponents();
    }

    [ProjectionSite(Site.FeedForwardUp, nameof(c_fc))]
    private partial Tensor Up(Tensor x);

    [ProjectionSite(Site.FeedForwardDown, nameof(c_proj))]
    private partial Tensor Down(Tensor x);

    /// <inheritdoc/>
    public override Tensor forward(Tensor hidden) => Down(HiddenActivation.Apply(_activation, Up(hidden)));
}
