using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plain;

/// <summary>LoRA: y = W x + b + s B A x.</summary>
internal sealed class LoraLinear : Module<Tensor, Tensor>
{
    private readonly Linear linear;
    private readonly Parameter a;
    private readonly Parameter b;
    private readonly double _scale;

    public LoraLinear(Linear frozen, long rank = 8, double alpha = 16)
        : base(nameof(LoraLinear))
    {
        linear = frozen;
        _scale = alpha / rank;
        a = new Parameter(empty(rank, frozen.in_features));
        b = new Parameter(zeros(frozen.out_features, rank));
        init.kaiming_uniform_(a, Math.Sqrt(5));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => linear.call(x) + functional.linear(_scale * functional.linear(x, a), b);
}

/// <summary>Houlsby's bottleneck; with several experts AdaMix: one down-projection for each pass, the up-projection shared.</summary>
internal sealed class HoulsbyAdapter : Module<Tensor, Tensor>
{
    private readonly ModuleList<Linear> down;
    private readonly Linear up;

    public HoulsbyAdapter(long hidden, int experts, long width = 48)
        : base(nameof(HoulsbyAdapter))
    {
        down = new ModuleList<Linear>([.. Enumerable.Range(0, experts).Select(_ => Weights.Linear(hidden, width))]);
        up = Weights.Linear(width, hidden);
        RegisterComponents();
    }

    /// <summary>The expert of the pass.</summary>
    public int Route { get; set; }

    public override Tensor forward(Tensor x) => x + up.call(functional.silu(down[Route].call(x)));
}
