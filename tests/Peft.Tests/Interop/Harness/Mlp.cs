using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Tests.Interop;

/// <summary>Two linear maps, as in PEFT's regression fixtures; the first is no feed-forward map.</summary>
[InjectionHost]
internal sealed partial class Mlp : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear lin0;
    private readonly Linear lin1;
#pragma warning restore IDE1006

    public Mlp()
        : base(nameof(Mlp))
    {
        (lin0, lin1) = (Linear(10, 20), Linear(20, 2));
        RegisterComponents();
    }

    [ProjectionSite(Site.FeedForwardUp, nameof(lin0))]
    private partial Tensor First(Tensor x);

    public override Tensor forward(Tensor x) => lin1.call(functional.relu(First(x))).log_softmax(-1);
}

/// <summary>The same, its first map declared a second feed-forward map, whose input (IA)^3 scales.</summary>
[InjectionHost]
internal sealed partial class FeedForwardMlp : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear lin0;
    private readonly Linear lin1;
#pragma warning restore IDE1006

    public FeedForwardMlp()
        : base(nameof(FeedForwardMlp))
    {
        (lin0, lin1) = (Linear(10, 20), Linear(20, 2));
        RegisterComponents();
    }

    [ProjectionSite(Site.FeedForwardDown, nameof(lin0))]
    private partial Tensor First(Tensor x);

    public override Tensor forward(Tensor x) => lin1.call(functional.relu(First(x))).log_softmax(-1);
}
