namespace Peft.Data;

/// <summary>Something to be told, and the texts that tell it.</summary>
/// <param name="Context">The data, written on one line.</param>
/// <param name="References">Every text that people wrote for it, in the order of the file.</param>
/// <param name="Category">The kind of thing it is about; null where the data do not say.</param>
/// <param name="IsSeen">Whether the training data have the category (WebNLG); true where the data do not say.</param>
public sealed record GenerationRecord(string Context, IReadOnlyList<string> References, string? Category = null, bool IsSeen = true);

/// <summary>The records of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Records">In the order of the file; a context may come again, as the file has it.</param>
public sealed record GenerationSet(string File, IReadOnlyList<GenerationRecord> Records)
{
    /// <summary>One example for each reference: what training sees.</summary>
    public IReadOnlyList<(string Context, string Text)> Examples { get; } =
        [.. Records.SelectMany(record => record.References.Select(reference => (record.Context, reference)))];

    /// <summary>Some examples, or all.</summary>
    /// <param name="limit">How many; 0 for all.</param>
    /// <param name="seed">Seeds the choice, which is the same on every machine.</param>
    /// <returns>The examples, in an order of their own when some are left out.</returns>
    public IReadOnlyList<(string Context, string Text)> Choose(int limit, long seed)
    {
        if (limit <= 0 || limit >= Examples.Count)
            return Examples;
        var order = Examples.ToArray();
        new SeededRandom(seed).Shuffle<(string Context, string Text)>(order);
        return order[..limit];
    }

    /// <summary>One record for each context, with the references of all its records: what is decoded and scored.</summary>
    /// <returns>In the order in which contexts first come.</returns>
    public IReadOnlyList<GenerationRecord> Unique() =>
        [.. Records.GroupBy(record => record.Context)
            .Select(same => same.First() with { References = [.. same.SelectMany(record => record.References)] })];
}
