namespace Peft.Data;

/// <summary>
/// METEOR's parameters; the defaults are those of METEOR 1.5 for English, tuned for ranking (Denkowski and Lavie, WMT 2014).
/// </summary>
public sealed record MeteorOptions
{
    /// <summary>The weight of recall relative to precision.</summary>
    public double Alpha { get; init; } = 0.85;

    /// <summary>The exponent of the fragmentation penalty.</summary>
    public double Beta { get; init; } = 0.20;

    /// <summary>The largest fragmentation penalty.</summary>
    public double Gamma { get; init; } = 0.60;

    /// <summary>The weight of a content word; a function word has 1 - delta. Without function words it cancels out.</summary>
    public double Delta { get; init; } = 0.75;

    /// <summary>The weight of a stem match; an exact match has weight 1.</summary>
    public double StemWeight { get; init; } = 0.60;

    /// <summary>The weight of a synonym.</summary>
    public double SynonymWeight { get; init; } = 0.80;

    /// <summary>Finds synonyms; null for exact and stem matches alone.</summary>
    public WordNet? Synonyms { get; init; }

    /// <summary>Function words in lower case, with weight 1 - delta. METEOR 1.5 includes a list; this library does not.</summary>
    public IReadOnlySet<string> FunctionWords { get; init; } = new HashSet<string>();

    /// <summary>The number of partial alignments that the search keeps.</summary>
    public int BeamSize { get; init; } = 40;
}
