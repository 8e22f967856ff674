using System.Runtime.InteropServices;
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
        Tensor result;
        try
        {
            var wide = Widen(x);
            result = Dispatch is { IsActive: true } dispatch ? InParts(dispatch, wide) : ApplyToInput(wide);
        }
        catch (ExternalException error) when (MethodShapeException.IsAbout(error))
        {
            throw MethodShapeException.Create(this, nameof(ApplyToInput), error, ("x", x));
        }

        if (!MethodShapeException.AreAlike(result, x))
            throw MethodShapeException.Create(this, nameof(ApplyToInput), "the shape of x", result, ("x", x));
        return result.dtype == x.dtype ? result : result.to_type(x.dtype);
    }

    internal Tensor Run(Tensor x, Tensor y, bool training)
    {
        IsTraining = training;
        Tensor result;
        try
        {
            var (input, output) = (Widen(x), Widen(y));
            result = Dispatch is { IsActive: true } dispatch ? InParts(dispatch, input, output) : Apply(input, output);
        }
        catch (ExternalException error) when (MethodShapeException.IsAbout(error))
        {
            throw MethodShapeException.Create(this, nameof(Apply), error, ("x", x), ("y", y));
        }

        if (!MethodShapeException.AreAlike(result, y))
            throw MethodShapeException.Create(this, nameof(Apply), "the shape of y", result, ("x", x), ("y", y));
        return result.dtype == y.dtype ? result : result.to_type(y.dtype);
    }

    private Tensor InParts(IFormulaDispatch dispatch, Tensor x) => dispatch.OnInput(x, part => ApplyToInput(part.Select(x)));

    private Tensor InParts(IFormulaDispatch dispatch, Tensor x, Tensor y) =>
        dispatch.OnOutput(x, y, part => Apply(part.Select(x), part.Select(y)));

    internal WeightDelta? WeightDelta() => Delta();

    internal LowRankFactors? LowRankFactors() => Factors();

    private protected override void SetDimensions(SiteDimensions dimensions) => (In, Out) = (dimensions.In, dimensions.Out);
}
