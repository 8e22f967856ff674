using static TorchSharp.torch;

namespace Peft;

/// <summary>A method attached to one site of one layer.</summary>
/// <remarks>
/// Derive from <see cref="ProjectionMethod"/>, <see cref="StreamMethod"/>, <see cref="NormMethod"/>, <see cref="AttentionMethod"/>,
/// <see cref="EmbeddingMethod"/> or <see cref="CompositeMethod"/>. Trainables are float32 whatever the backbone's dtype is:
/// inputs are converted before the formula and its result after it.
/// </remarks>
public abstract class AdaptationMethod
{
    private protected AdaptationMethod()
    {
    }

    /// <summary>Whether the backbone is in training mode in this pass.</summary>
    protected bool IsTraining { get; private protected set; }

    /// <summary>
    /// Whether the formula's result for a token depends on that token alone. A backbone then runs its last layer on those tokens alone that
    /// are read. A method that looks across tokens, to average for a gate for example, leaves this false.
    /// </summary>
    protected internal virtual bool IsTokenwise => false;

    /// <summary>The site it is attached to.</summary>
    protected Site Site { get; private set; }

    internal bool IsEnabled { get; set; } = true;

    /// <summary>Splits batches among experts, where a mixture routes so; null for most.</summary>
    internal IFormulaDispatch? Dispatch { get; set; }

    /// <summary>Makes the trainables. Written by the generator.</summary>
    /// <param name="factory">Makes parameters or banks of experts.</param>
    protected abstract void CreateTrainables(ITrainableFactory factory);

    /// <summary>
    /// The flat variant of a method whose trainables are reparametrised for training, by a network for example. Its outputs must be the
    /// same.
    /// </summary>
    /// <returns>The variant; null where there is none, or this is it.</returns>
    protected virtual FlatVariant? Flatten() => null;

    internal FlatVariant? FlatVariant() => Flatten();

    internal void Bind(InjectionPoint point, ITrainableFactory factory)
    {
        Site = point.Site;
        point.Prepare(this);
        SetDimensions(point.Dimensions);
        CreateTrainables(factory);
    }

    private protected abstract void SetDimensions(SiteDimensions dimensions);

    /// <summary>A frozen bfloat16 stream meets float32 trainables; float32 and float64 pass as they are.</summary>
    private protected static Tensor Widen(Tensor tensor) =>
        tensor.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? tensor.to_type(ScalarType.Float32) : tensor;
}
