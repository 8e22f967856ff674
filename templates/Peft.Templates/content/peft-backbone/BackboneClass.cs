using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PeftBackboneProject;

/// <summary>A stack of layers: x of [batch, length, hidden] to the same shape.</summary>
public sealed class BackboneClass : Module<Tensor, Tensor>
{
    private readonly ModuleList<FeedForwardLayer> layers = new();

    /// <summary>Makes the layers with random weights.</summary>
    /// <param name="hidden">The stream's width.</param>
    /// <param name="depth">How many layers.</param>
    public BackboneClass(long hidden, int depth)
        : base(nameof(BackboneClass))
    {
        for (var i = 0; i < depth; i++)
            layers.Add(new FeedForwardLayer(hidden));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        foreach (var layer in layers)
            x = layer.call(x);
        return x;
    }
}
