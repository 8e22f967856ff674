using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that computes a new output of a linear map from its input x and output y.</summary>
public abstract class ProjectionMethod : AdaptationMethod
{
    /// <summary>Columns of the linear map's weight.</summary>
    protected int In { get; private set; }

    /// <summary>Rows of the linear map's weight.</summary>
    protected int Out { get; private set; }

    /// <summary>The frozen weight of the linear map, [Out, In], in the dtype of the trainables, without gradient.</summary>
    protected Tensor FrozenWeight => Widen(Map.weight!).detach();

    /// <summary>The frozen bias of the linear map, [Out], or null if it has none.</summary>
    protected Tensor? FrozenBias => Map.bias is { } bias ? Widen(bias).detach() : null;

    /// <summary>Whether the linear map has a bias.</summary>
    protected bool HasBias => Map.bias is not null;

    private Linear Map { get; set; } = null!;

    /// <summary>The input of the linear map; x itself unless a method scales inputs.</summary>
    /// <param name="x">Input [..., In].</param>
    /// <returns>The new input [..., In].</returns>
    protected virtual Tensor ApplyToInput(Tensor x) => x;

    /// <summary>The method's formula.</summary>
    /// <param name="x">Input [..., In].</param>
    /// <param name="y">Output of the linear map, or of the previously attached method, [..., Out].</param>
    /// <returns>The new output [..., Out].</returns>
    protected abstract Tensor Apply(Tensor x, Tensor y);

    /// <summary>
    /// The change of the linear map's weight that is equivalent to the formula, for methods that are
    /// <see cref="PeftMethodAttribute.Mergeable"/>.
    /// </summary>
    /// <returns>The delta, or null if the method cannot be merged into the weight.</returns>
    protected virtual WeightDelta? Delta() => null;

    /// <summary>
    /// The delta as a product of two trainables, for methods that have one. Such adapters can be combined exactly, by concatenation or by a
    /// singular value decomposition.
    /// </summary>
    /// <returns>The two trainables, or null if the delta is not such a product.</returns>
    protected virtual LowRankFactors? Factors() => null;

    internal void Bind(Linear map) => Map = map;

    internal Tensor RunOnInput(Tensor x)
    {
        var wide = Widen(x);
        var result = Dispatch is { IsActive: true } dispatch
            ? dispatch.OnInput(wide, part => ApplyToInput(part.Select(wide))) : ApplyToInput(wide);
        return result.dtype == x.dtype ? result : result.to_type(x.dtype);
    }

    internal Tensor Run(Tensor x, Tensor y, bool training)
    {
        IsTraining = training;
        var (input, output) = (Widen(x), Widen(y));
        var result = Dispatch is { IsActive: true } dispatch
            ? dispatch.OnOutput(input, output, part => Apply(part.Select(input), part.Select(output))) : Apply(input, output);
        return result.dtype == y.dtype ? result : result.to_type(y.dtype);
    }

    internal WeightDelta? WeightDelta() => Delta();

    internal LowRankFactors? LowRankFactors() => Factors();

    private protected override void SetDimensions(SiteDimensions dimensions) => (In, Out) = (dimensions.In, dimensions.Out);
}
