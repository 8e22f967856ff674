namespace Peft.Data;

/// <summary>The difficulty of the built-in task.</summary>
internal sealed record BuiltInTaskOptions
{
    /// <summary>
    /// Statements per example, 1 to 3, each about another thing. With more than one, the second text names the thing in question.
    /// </summary>
    public int Clauses { get; init; } = 2;

    /// <summary>The largest number of negations per statement, 0 to 2.</summary>
    public int Negations { get; init; } = 1;
}
