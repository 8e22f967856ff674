namespace Peft;

/// <summary>Marks a partial property as a trainable tensor of a method.</summary>
/// <remarks>
/// You write:
/// <code>
/// [Trainable("Out, Rank", Init = Init.Zeros, Group = "up")] private partial Tensor B { get; }
/// </code>
/// You get: a float32 parameter of that shape for every site that the method is attached to; in a mixture M of them, or one if the group is
/// shared. The property returns the parameter that the current forward pass uses.
/// </remarks>
/// <param name="shape">Sizes separated by commas, each a product of integers and names: <c>In</c>, <c>Out</c> (projection) or <c>Hidden</c>
/// (other kinds), or an <c>int</c> property of the method.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TrainableAttribute(string shape) : Attribute
{
    /// <summary>The declared shape.</summary>
    public string Shape { get; } = shape;

    /// <summary>How the trainable is initialised.</summary>
    public Init Init { get; init; } = Init.Zeros;

    /// <summary>Standard deviation for <see cref="Init.Normal"/>.</summary>
    public double Std { get; init; } = 0.02;

    /// <summary>The trainable's group. In a mixture, trainables of one group are routed together and shared together.</summary>
    public string Group { get; init; } = "all";

    /// <summary>Whether each site has its own or all sites of the adapter share one.</summary>
    public TrainableScope Scope { get; init; } = TrainableScope.Site;

    /// <summary>
    /// The name of a <c>bool</c> property of the method. If it is false, the trainable is not created and must not be read.
    /// </summary>
    public string? When { get; init; }

    /// <summary>
    /// The name of a <c>Tensor</c> property of the method that gives the initial values, instead of <see cref="Init"/>. If the property has
    /// type <c>Tensor?</c> and is null, <see cref="Init"/> applies.
    /// </summary>
    public string? From { get; init; }

    /// <summary>Whether a mixture has several copies of it. Set to false for a trainable that is not worth mixing.</summary>
    public bool Mixed { get; init; } = true;
}
