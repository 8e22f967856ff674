namespace Peft.Data;

/// <summary>Data to describe, and the texts that describe it.</summary>
/// <param name="Context">The data, on one line.</param>
/// <param name="References">All reference texts, in the order of the file.</param>
/// <param name="Category">The category of its subject; null if unknown.</param>
/// <param name="IsSeen">Whether the training data contain the category (WebNLG); true if unknown.</param>
public sealed record GenerationRecord(string Context, IReadOnlyList<string> References, string? Category = null, bool IsSeen = true);

/// <summary>The records of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Records">In the order of the file; a context may occur more than once.</param>
public sealed record GenerationSet(string File, IReadOnlyList<GenerationRecord> Records)
{
    /// <summary>The malformed rows that were skipped, one entry for each file that had some.</summary>
    public IReadOnlyList<SkippedRows> Skipped { get; init; } = [];

    /// <summary>One training example for each reference.</summary>
    public IReadOnlyList<(string Context, string Text)> Examples { get; } =
        [.. Records.SelectMany(record => record.References.Select(reference => (record.Context, reference)))];

    /// <summary>Selects examples, or all.</summary>
    /// <param name="limit">The number of examples; 0 for all.</param>
    /// <param name="seed">The seed of the selection, which is the same on every machine.</param>
    /// <returns>The examples; in a shuffled order if some are left out.</returns>
    public IReadOnlyList<(string Context, string Text)> Choose(int limit, long seed)
    {
        if (limit <= 0 || limit >= Examples.Count)
            return Examples;
        var order = Examples.ToArray();
        new SeededRandom(seed).Shuffle<(string Context, string Text)>(order);
        return order[..limit];
    }

    /// <summary>Joins records with the same context: one record for each context with all references, for decoding and scoring.</summary>
    /// <returns>In the order of first occurrence.</returns>
    public IReadOnlyList<GenerationRecord> Unique() =>
        [.. Records.GroupBy(record => record.Context)
            .Select(same => same.First() with { References = [.. same.SelectMany(record => record.References)] })];
}
