namespace Peft.Training;

/// <summary>
/// Declares an option of a run on a property of <see cref="TrainingOptions"/>. The command's option, the key in a run file and in a host's
/// configuration, the help line and the check all come from this one declaration.
/// </summary>
/// <remarks>
/// You write:
/// <code>
/// [RunOption("passes over the training data", Min = 1)]
/// public int Epochs { get; init; } = 3;
/// </code>
/// You get: <c>--epochs N  passes over the training data [default: 3]</c>, <c>epochs: 3</c> in a run file,
/// <c>"Peft": { "Training": { "Epochs": 3 } }</c> in a
/// configuration, and an error for 0.
/// </remarks>
/// <param name="help">One line for <c>--help</c>, lower case, without a full stop.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RunOptionAttribute(string help) : Attribute
{
    /// <summary>The line for <c>--help</c>.</summary>
    public string Help { get; } = help;

    /// <summary>The smallest value allowed.</summary>
    public double Min { get; set; } = double.NegativeInfinity;

    /// <summary>The largest value allowed.</summary>
    public double Max { get; set; } = double.PositiveInfinity;

    /// <summary>The words allowed; empty for any text.</summary>
    public string[] Words { get; set; } = [];

    /// <summary>The word for 0, which is then allowed below <see cref="Min"/>; null if 0 is a number like any other.</summary>
    public string? ZeroWord { get; set; }

    /// <summary>The default as text for the help line, if it is not a constant.</summary>
    public string? DefaultText { get; set; }

    /// <summary>The placeholder for the value in the help line.</summary>
    public string? ValueName { get; set; }

    /// <summary>Whether the value is a path, which a server reads from its data folder alone.</summary>
    public bool IsPath { get; set; }

    /// <summary>Whether a text of blanks alone is a value, such as a space between labels.</summary>
    public bool MayBeBlank { get; set; }

    /// <summary>Values of a path that name something built in instead.</summary>
    public string[] BuiltIn { get; set; } = [];

    /// <summary>Whether a resumed run may change the value, because the option does not affect the results.</summary>
    public bool IsFreeOnResume { get; set; }
}
