using static TorchSharp.torch;

namespace Peft;

/// <summary>The values of a trainable property: one parameter if plain, a bank of experts if mixed.</summary>
public interface ITrainable
{
    /// <summary>The tensor that the current forward pass uses.</summary>
    Tensor Value { get; }
}

/// <summary>Creates a method's trainables when the method is attached to a site.</summary>
public interface ITrainableFactory
{
    /// <summary>Creates the parameter, or the bank of experts, of one trainable.</summary>
    /// <param name="spec">Name, shape, initialisation and group.</param>
    /// <returns>The trainable that the property reads from then on.</returns>
    ITrainable Create(TrainableSpec spec);
}
