using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that sees the input x and the output y of a linear map, and gives the new output.</summary>
public abstract class ProjectionMethod : AdaptationMethod
{
    /// <summary>Columns of the linear map's weight.</summary>
    protected int In { get; private set; }

    /// <summary>Rows of the linear map's weight.</summary>
    protected int Out { get; private set; }

    /// <summary>The frozen weight of the linear map, [Out, In], in the dtype of the trainables. No gradient flows into it.</summary>
    protected Tensor FrozenWeight => Widen(Map.weight!).detach();

    /// <summary>The frozen bias of the linear map, [Out], or null where it has none.</summary>
    protected Tensor? FrozenBias => Map.bias is { } bias ? Widen(bias).detach() : null;

    /// <summary>Whether the linear map has a bias.</summary>
    protected bool HasBias => Map.bias is not null;

    private Linear Map { get; set; } = null!;

    /// <summary>What the linear map is given; x itself unless a method scales inputs.</summary>
    /// <param name="x">Input [..., In].</param>
    /// <returns>The new input [..., In].</returns>
    protected virtual Tensor ApplyToInput(Tensor x) => x;

    /// <summary>The formula.</summary>
    /// <param name="x">Input [..., In].</param>
    /// <param name="y">Output of the linear map, or of the method attached before, [..., Out].</param>
    /// <returns>The new output [..., Out].</returns>
    protected abstract Tensor Apply(Tensor x, Tensor y);

    /// <summary>
    /// What the formula adds to the linear map's weight, for methods that are <see cref="PeftMethodAttribute.Mergeable"/>.
    /// </summary>
    /// <returns>The delta, or null when the method cannot be folded into the weight.</returns>
    protected virtual WeightDelta? Delta() => null;

    /// <summary>
    /// The delta as a product of two trainables, for methods that have one: then adapters can be combined exactly, by concatenation or by a
    /// singular value decomposition.
    /// </summary>
    /// <returns>Which trainables they are, or null where the delta is no such product.</returns>
    protected virtual LowRankFactors? Factors() => null;

    internal void Bind(Linear map) => Map = map;

    internal Tensor RunOnInput(Tensor x)
    {
        var wide = Widen(x);
        var result = Dispatch is { IsActive: true } dispatch
            ? dispatch.OnInput(wide, part => ApplyToInput(part(wide))) : ApplyToInput(wide);
        return result.dtype == x.dtype ? result : result.to_type(x.dtype);
    }

    internal Tensor Run(Tensor x, Tensor y, bool training)
    {
        IsTraining = training;
        var (input, output) = (Widen(x), Widen(y));
        var result = Dispatch is { IsActive: true } dispatch
            ? dispatch.OnOutput(input, output, part => Apply(part(input), part(output))) : Apply(input, output);
        return result.dtype == y.dtype ? result : result.to_type(y.dtype);
    }

    internal WeightDelta? WeightDelta() => Delta();

    internal LowRankFactors? LowRankFactors() => Factors();

    private protected override void SetDimensions(SiteDimensions dimensions) => (In, Out) = (dimensions.In, dimensions.Out);
}
