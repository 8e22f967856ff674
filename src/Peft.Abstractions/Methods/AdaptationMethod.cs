using static TorchSharp.torch;

namespace Peft;

/// <summary>A method attached to one site of one layer.</summary>
/// <remarks>
/// Derive from <see cref="ProjectionMethod"/> or <see cref="StreamMethod"/>. Trainables are float32 whatever the backbone's dtype is:
/// inputs are converted before the formula and its result after it.
/// </remarks>
public abstract class AdaptationMethod
{
    private protected AdaptationMethod()
    {
    }

    /// <summary>Whether the backbone is in training mode in this pass.</summary>
    protected bool IsTraining { get; private protected set; }

    internal bool IsEnabled { get; set; } = true;

    internal bool IsTokenwise { get; set; }

    /// <summary>Makes the trainables. Written by the generator.</summary>
    /// <param name="factory">Makes parameters or banks of experts.</param>
    protected abstract void CreateTrainables(ITrainableFactory factory);

    internal void Bind(SiteDimensions dimensions, ITrainableFactory factory)
    {
        SetDimensions(dimensions);
        CreateTrainables(factory);
    }

    private protected abstract void SetDimensions(SiteDimensions dimensions);

    /// <summary>A frozen bfloat16 stream meets float32 trainables; float32 and float64 pass as they are.</summary>
    private protected static Tensor Widen(Tensor tensor) =>
        tensor.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? tensor.to_type(ScalarType.Float32) : tensor;
}
