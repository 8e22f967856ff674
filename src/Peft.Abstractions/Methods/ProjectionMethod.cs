using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that sees the input x and the output y of a linear map, and gives the new output.</summary>
public abstract class ProjectionMethod : AdaptationMethod
{
    /// <summary>Columns of the linear map's weight.</summary>
    protected int In { get; private set; }

    /// <summary>Rows of the linear map's weight.</summary>
    protected int Out { get; private set; }

    /// <summary>The formula.</summary>
    /// <param name="x">Input [..., In].</param>
    /// <param name="y">Output of the linear map, or of the method attached before, [..., Out].</param>
    /// <returns>The new output [..., Out].</returns>
    protected abstract Tensor Apply(Tensor x, Tensor y);

    /// <summary>What the formula adds to the linear map's weight, for methods that are <see cref="PeftMethodAttribute.Mergeable"/>.</summary>
    /// <returns>The delta, or null when the method cannot be folded into the weight.</returns>
    protected virtual WeightDelta? Delta() => null;

    internal Tensor Run(Tensor x, Tensor y, bool training)
    {
        IsTraining = training;
        var result = Apply(Widen(x), Widen(y));
        return result.dtype == y.dtype ? result : result.to_type(y.dtype);
    }

    internal WeightDelta? WeightDelta() => Delta();

    private protected override void SetDimensions(SiteDimensions dimensions) => (In, Out) = (dimensions.In, dimensions.Out);
}
