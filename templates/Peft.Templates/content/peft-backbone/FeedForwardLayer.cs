using Peft;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PeftBackboneProject;

/// <summary>
/// LN(x + W2 gelu(W1 x)). Each partial method is a site: the generator runs the linear map and then every attached method.
/// </summary>
[InjectionHost]
public sealed partial class FeedForwardLayer : Module<Tensor, Tensor>
{
    // The fields' names are the names in checkpoints.
    private readonly Linear up;
    private readonly Linear down;
    private readonly LayerNorm norm;

    /// <summary>A layer with random weights.</summary>
    /// <param name="hidden">The stream's width.</param>
    public FeedForwardLayer(long hidden)
        : base(nameof(FeedForwardLayer))
    {
        up = Linear(hidden, 4 * hidden);
        down = Linear(4 * hidden, hidden);
        norm = LayerNorm(hidden);
        RegisterComponents();
    }

    [ProjectionSite(Site.FeedForwardUp, nameof(up))]
    private partial Tensor Up(Tensor x);

    [ProjectionSite(Site.FeedForwardDown, nameof(down))]
    private partial Tensor Down(Tensor x);

    [StreamSite(Site.AfterFeedForward, nameof(norm))]
    private partial Tensor AfterFeedForward(Tensor hidden, Tensor residual);

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => norm.call(AfterFeedForward(Down(functional.gelu(Up(x))), x) + x);
}
