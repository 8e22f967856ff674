namespace Peft.Data;

/// <summary>
/// TER (Snover et al., AMTA 2006) as in pyter. While a shift of matching words reduces the edit distance, the best one is applied and
/// counts as one edit. These edits and the remaining edit distance are divided by the reference's length.
/// </summary>
/// <remarks>
/// pyter tries every shift, while tercom bounds their length, distance and number. Here every shift counts too, so that the scores are
/// pyter's, and the length of the texts is bounded.
/// </remarks>
public static class TranslationEditRate
{
    /// <summary>The most words of a text. The time grows with about the fourth power of the number of words.</summary>
    public const int MaxWords = 1000;

    /// <summary>Scores a corpus as in GenerationEval: the mean over records of the lowest rate over its references.</summary>
    /// <param name="corpus">Texts tokenised by white space; the case of letters matters.</param>
    /// <returns>0 and above; lower is better.</returns>
    /// <exception cref="TextTooLongException">A text has more than <see cref="MaxWords"/> words.</exception>
    public static double Score(GenerationCorpus corpus) => Score(corpus, null);

    /// <summary>Computes the rate of one hypothesis against one reference.</summary>
    /// <param name="hypothesis">Tokens.</param>
    /// <param name="reference">Tokens; without any the rate is 1, as in GenerationEval.</param>
    /// <returns>Edits for each token of the reference.</returns>
    public static double Score(IReadOnlyList<string> hypothesis, IReadOnlyList<string> reference)
    {
        if (reference.Count == 0)
            return 1;
        // Words become their rank in the order of code points, which decides between equally good shifts.
        var order = hypothesis.Concat(reference).Distinct().Order(s_codePoints).Select((word, place) => (word, place))
            .ToDictionary(pair => pair.word, pair => pair.place);
        int[] words = [.. hypothesis.Select(word => order[word])], target = [.. reference.Select(word => order[word])];
        var shifts = 0;
        var distance = EditTable.Distance(words, target);
        while (ShiftSearch.Best(words, target, distance) is { } shift)
        {
            (words, distance) = shift;
            shifts++;
        }

        return (shifts + distance) / (double)target.Length;
    }

    internal static double Score(GenerationCorpus corpus, RecordProgress? progress)
    {
        var records = corpus.Tokenize(TextTokens.Spaced);
        TextTooLongException.Check("ter", records, MaxWords);
        return progress.Over(records).Average(record => record.References.Min(reference => Score(record.Hypothesis, reference)));
    }

    private static readonly Comparer<string> s_codePoints = Comparer<string>.Create((left, right) =>
        left.EnumerateRunes().Select(rune => rune.Value).ToArray().AsSpan()
            .SequenceCompareTo(right.EnumerateRunes().Select(rune => rune.Value).ToArray()));
}
