namespace Peft.Data;

/// <summary>How hard the built-in task is.</summary>
public sealed record BuiltInTaskOptions
{
    /// <summary>
    /// Statements per example, 1 to 3, each about another thing. With more than one the second text names the thing that is asked about.
    /// </summary>
    public int Clauses { get; init; } = 2;

    /// <summary>The most negations per statement, 0 to 2.</summary>
    public int Negations { get; init; } = 1;
}
