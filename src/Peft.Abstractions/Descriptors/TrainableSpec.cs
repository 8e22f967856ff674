using static TorchSharp.torch;

namespace Peft;

/// <summary>A trainable of a method at one site, with its resolved shape.</summary>
/// <param name="Name">The property's name; part of the key in adapter files.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Init">How it is initialised.</param>
/// <param name="Std">Standard deviation for <see cref="Init.Normal"/>.</param>
/// <param name="Group">Routing and sharing group.</param>
public sealed record TrainableSpec(string Name, IReadOnlyList<long> Shape, Init Init, double Std, string Group)
{
    /// <summary>Whether all sites of the adapter share it.</summary>
    public TrainableScope Scope { get; init; }

    /// <summary>Whether a mixture has several copies of it.</summary>
    public bool Mixed { get; init; } = true;

    /// <summary>Gives the initial values, of <see cref="Shape"/>; if it or its result is null, <see cref="Init"/> applies.</summary>
    public Func<Tensor?>? From { get; init; }

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
