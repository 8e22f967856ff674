using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The same method with other options and fewer parameters but equal outputs: the result of removing a reparametrisation after training.
/// </summary>
/// <param name="Options">The options that differ, by property name.</param>
/// <param name="Trainables">The values of the trainables that only the flat variant has, by property name. The other trainables keep their
/// values.</param>
public sealed record FlatVariant(IReadOnlyDictionary<string, object> Options, IReadOnlyDictionary<string, Tensor> Trainables);
