using static TorchSharp.torch;

namespace Peft;

/// <summary>A method attached to one site of one layer.</summary>
/// <remarks>
/// Derive from <see cref="ProjectionMethod"/>, <see cref="StreamMethod"/>, <see cref="NormMethod"/>, <see cref="AttentionMethod"/>,
/// <see cref="EmbeddingMethod"/> or <see cref="CompositeMethod"/>. Trainables are float32 for every dtype of the backbone: inputs are
/// converted before the formula, and its result is converted back.
/// </remarks>
public abstract class AdaptationMethod
{
    private protected AdaptationMethod()
    {
    }

    /// <summary>Whether the backbone is in training mode in this pass.</summary>
    protected bool IsTraining { get; private protected set; }

    /// <summary>
    /// Whether the formula's result for a token depends only on that token. If so, a backbone can run its last layer only on the tokens
    /// that are read. Leave this false in a method that looks across tokens, for example to average for a gate.
    /// </summary>
    protected internal virtual bool IsTokenwise => false;

    /// <summary>The site that the method is attached to.</summary>
    protected internal Site Site { get; private set; }

    internal bool IsEnabled { get; set; } = true;

    /// <summary>Splits batches among experts, for mixtures with that routing; null for others.</summary>
    internal IFormulaDispatch? Dispatch { get; set; }

    /// <summary>
    /// Creates the trainables. The generator overrides this in a partial class with <see cref="PeftMethodAttribute"/>. Without the
    /// override, it throws <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <param name="factory">Creates parameters or banks of experts.</param>
    protected virtual void CreateTrainables(ITrainableFactory factory) => throw new InvalidOperationException(
        $"{GetType()} has no generated part: it must be a partial class with [PeftMethod], compiled with the package Peft.Abstractions");

    /// <summary>
    /// The flat variant of a method whose trainables are reparametrised for training, for example by a network. Its outputs must be the
    /// same.
    /// </summary>
    /// <returns>The variant; null if there is none or this is already flat.</returns>
    protected virtual FlatVariant? Flatten() => null;

    internal FlatVariant? FlatVariant() => Flatten();

    /// <summary>The path of the module that the method is attached to, for messages.</summary>
    internal string Path { get; private set; } = "";

    /// <summary>The trainables that the method has at its site, for messages.</summary>
    internal IReadOnlyList<TrainableSpec> Specs { get; private set; } = [];

    internal void Bind(InjectionPoint point, ITrainableFactory factory, string path)
    {
        (Site, Path) = (point.Site, path);
        point.Prepare(this);
        SetDimensions(point.Dimensions);
        var specs = new List<TrainableSpec>();
        Specs = specs;
        CreateTrainables(new Recorder(factory, specs));
    }

    private protected abstract void SetDimensions(SiteDimensions dimensions);

    /// <summary>Converts a 16-bit stream to float32 for the trainables. float32 and float64 are not converted.</summary>
    private protected static Tensor Widen(Tensor tensor) =>
        tensor.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? tensor.to_type(ScalarType.Float32) : tensor;

    /// <summary>Records the trainables that are created.</summary>
    private sealed class Recorder(ITrainableFactory factory, List<TrainableSpec> specs) : ITrainableFactory
    {
        public ITrainable Create(TrainableSpec spec)
        {
            specs.Add(spec);
            return factory.Create(spec);
        }
    }
}
