namespace Peft;

/// <summary>Marks a property of a method as an option that users set by name (<c>--set lora.rank=8</c>).</summary>
/// <remarks>
/// The property is an <c>int</c>, <c>double</c>, <c>bool</c>, <c>string</c> or enum with an <c>init</c> accessor. Its initial value is the
/// default. Shapes of trainables may refer to options by name.
/// </remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute : Attribute
{
    /// <summary>The smallest value allowed, for numbers.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>The largest value allowed, for numbers.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>A one-line description for <c>peft methods</c>.</summary>
    public string? Description { get; init; }
}
