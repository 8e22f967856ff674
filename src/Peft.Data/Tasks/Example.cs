namespace Peft.Data;

/// <summary>One example.</summary>
/// <param name="Text">The text, or the first text of a pair.</param>
/// <param name="Pair">The second text of a pair task.</param>
/// <param name="Label">The class, as an integer from 0, or the value to predict.</param>
public sealed record Example(string Text, string? Pair, float Label)
{
    /// <summary>The classes of an example that may have several; null for every other.</summary>
    public IReadOnlyList<int>? Classes { get; init; }
}

/// <summary>The examples of one file.</summary>
/// <param name="File">The file that they were read from.</param>
/// <param name="Examples">The examples, in file order unless a limit sampled them.</param>
public sealed record TaskSplit(string File, IReadOnlyList<Example> Examples)
{
    /// <summary>
    /// The malformed rows that were skipped; null for none. Without <see cref="TaskLoadOptions.SkipMalformedRows"/>, only the rows that
    /// GLUE's own QQP files are known to have.
    /// </summary>
    public SkippedRows? Skipped { get; init; }

    /// <summary>Samples that many examples; all of them, in file order, if there are no more or no limit is given.</summary>
    internal TaskSplit Sample(int? limit, long seed)
    {
        if (limit is not { } count || count >= Examples.Count)
            return this;
        Example[] examples = [.. Examples];
        new SeededRandom(seed).Shuffle<Example>(examples);
        return this with { Examples = examples[..count] };
    }
}
