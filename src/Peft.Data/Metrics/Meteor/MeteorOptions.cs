namespace Peft.Data;

/// <summary>
/// METEOR's parameters; the defaults are those of METEOR 1.5 for English, tuned for ranking (Denkowski and Lavie, WMT 2014).
/// </summary>
public sealed record MeteorOptions
{
    /// <summary>How much recall outweighs precision.</summary>
    public double Alpha { get; init; } = 0.85;

    /// <summary>The exponent of fragmentation.</summary>
    public double Beta { get; init; } = 0.20;

    /// <summary>The most that fragmentation takes away.</summary>
    public double Gamma { get; init; } = 0.60;

    /// <summary>The weight of a content word; a function word has 1 - delta. Without function words it cancels out.</summary>
    public double Delta { get; init; } = 0.75;

    /// <summary>The worth of two words with the same stem; words that are the same are worth 1.</summary>
    public double StemWeight { get; init; } = 0.60;

    /// <summary>Words in lower case that weigh 1 - delta. METEOR 1.5 comes with a list of them; this library with none.</summary>
    public IReadOnlySet<string> FunctionWords { get; init; } = new HashSet<string>();

    /// <summary>How many partial alignments the search keeps.</summary>
    public int BeamSize { get; init; } = 40;
}
