namespace Peft.Data;

/// <summary>One hypothesis and its references.</summary>
/// <param name="Hypothesis">The generated text; may be empty.</param>
/// <param name="References">At least one text; records may have different numbers.</param>
public sealed record GeneratedText(string Hypothesis, IReadOnlyList<string> References);

/// <summary>The input of corpus metrics: hypotheses with their references, at least one of each.</summary>
public sealed class GenerationCorpus
{
    /// <summary>Creates a corpus from records.</summary>
    /// <param name="records">In any order; metrics do not depend on it.</param>
    /// <exception cref="EmptyCorpusException">There are no records.</exception>
    /// <exception cref="MissingReferenceException">A record has no reference.</exception>
    public GenerationCorpus(IEnumerable<GeneratedText> records)
    {
        Records = [.. records];
        if (Records.Count == 0)
            throw new EmptyCorpusException("the corpus");
        for (var index = 0; index < Records.Count; index++)
        {
            if (Records[index].References.Count == 0)
                throw new MissingReferenceException(index + 1, $"hypothesis '{Records[index].Hypothesis}'");
        }
    }

    /// <summary>The records, in the order given.</summary>
    public IReadOnlyList<GeneratedText> Records { get; }

    /// <summary>Pairs hypotheses with references.</summary>
    /// <param name="hypotheses">Generated texts.</param>
    /// <param name="references">For each hypothesis its references.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="CorpusSizeException">Their numbers differ.</exception>
    /// <exception cref="EmptyCorpusException">There are no hypotheses.</exception>
    /// <exception cref="MissingReferenceException">A hypothesis has no reference.</exception>
    public static GenerationCorpus From(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references) =>
        hypotheses.Count == references.Count
            ? new(hypotheses.Zip(references, (hypothesis, texts) => new GeneratedText(hypothesis, texts)))
            : throw new CorpusSizeException("the list of hypotheses", hypotheses.Count, "the list of references", references.Count);

    /// <summary>Transforms every text of the corpus.</summary>
    /// <param name="change">The transformation of a text.</param>
    /// <returns>A new corpus; this one is not changed.</returns>
    public GenerationCorpus Select(Func<string, string> change) =>
        new(Records.Select(record => new GeneratedText(change(record.Hypothesis), [.. record.References.Select(change)])));

    /// <summary>Tokenises every text once.</summary>
    internal List<TokenRecord> Tokenize(Func<string, string[]> tokenize) =>
        [.. Records.Select(record => new TokenRecord(tokenize(record.Hypothesis), [.. record.References.Select(tokenize)]))];
}

/// <summary>A tokenised record.</summary>
internal sealed record TokenRecord(string[] Hypothesis, string[][] References);
