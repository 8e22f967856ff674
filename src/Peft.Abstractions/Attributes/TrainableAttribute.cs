namespace Peft;

/// <summary>Marks a partial property as a trainable tensor of a method.</summary>
/// <remarks>
/// You write:
/// <code>
/// [Trainable("Out, Rank", Init = Init.Zeros, Group = "up")] private partial Tensor B { get; }
/// </code>
/// You get: a float32 parameter of that shape for every site the method is attached to; M of them in a mixture, one where the
/// group is shared. The property gives the one that the current forward pass is to use.
/// </remarks>
/// <param name="shape">
/// Sizes separated by commas, each a product of whole numbers and names: <c>In</c>, <c>Out</c> (projection) or <c>Hidden</c> (other kinds),
/// or an <c>int</c> property of the method.
/// </param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TrainableAttribute(string shape) : Attribute
{
    /// <summary>The declared shape.</summary>
    public string Shape { get; } = shape;

    /// <summary>How new values are drawn.</summary>
    public Init Init { get; init; } = Init.Zeros;

    /// <summary>Standard deviation for <see cref="Init.Normal"/>.</summary>
    public double Std { get; init; } = 0.02;

    /// <summary>Trainables of one group are routed together and shared together in a mixture.</summary>
    public string Group { get; init; } = "all";

    /// <summary>Whether each site has one of its own, or all sites of the adapter share one.</summary>
    public TrainableScope Scope { get; init; } = TrainableScope.Site;

    /// <summary>
    /// The name of a <c>bool</c> property of the method: where it is false, the trainable is not made and must not be read.
    /// </summary>
    public string? When { get; init; }

    /// <summary>
    /// The name of a <c>Tensor</c> property of the method that gives the first values; they then replace <see cref="Init"/>. One of type
    /// <c>Tensor?</c> may give null, which leaves <see cref="Init"/>.
    /// </summary>
    public string? From { get; init; }

    /// <summary>Whether a mixture has several of it. A method says false of what is not worth mixing.</summary>
    public bool Mixed { get; init; } = true;
}
