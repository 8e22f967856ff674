using static TorchSharp.torch;

namespace Peft;

/// <summary>What stands behind a trainable property: one parameter when plain, a bank of experts when mixed.</summary>
public interface ITrainable
{
    /// <summary>The tensor that the current forward pass is to use.</summary>
    Tensor Value { get; }
}

/// <summary>Makes the tensors behind a method's trainables when the method is attached to a site.</summary>
public interface ITrainableFactory
{
    /// <summary>Makes the parameter, or the bank of experts, of one trainable.</summary>
    /// <param name="spec">Name, shape, initialisation and group.</param>
    /// <returns>What the property reads from then on.</returns>
    ITrainable Create(TrainableSpec spec);
}
