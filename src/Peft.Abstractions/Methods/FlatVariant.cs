using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// A method with other options that computes the same from fewer parameters: what is left once a reparametrisation has helped training.
/// </summary>
/// <param name="Options">The options that differ, by property name.</param>
/// <param name="Trainables">The values of the trainables that only the flat variant has, by property name; the others keep theirs.</param>
public sealed record FlatVariant(IReadOnlyDictionary<string, object> Options, IReadOnlyDictionary<string, Tensor> Trainables);
