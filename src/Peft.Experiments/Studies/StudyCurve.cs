namespace Peft.Experiments;

/// <summary>A plot of a study's scores against a number that its rows differ in.</summary>
internal sealed record StudyCurve
{
    /// <summary>What the number is: the title of the horizontal axis.</summary>
    public string Across { get; init; } = "";

    /// <summary>The lines of the plot, by name: the keys of their rows, and the number of each.</summary>
    public Dictionary<string, Dictionary<string, double>> Lines { get; init; } = [];
}
