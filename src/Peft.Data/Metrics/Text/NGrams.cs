namespace Peft.Data;

/// <summary>N-grams as text: tokens joined by blanks, which no token contains.</summary>
internal static class NGrams
{
    public static IEnumerable<string> Enumerate(string[] tokens, int order)
    {
        for (var start = 0; start + order <= tokens.Length; start++)
            yield return string.Join(' ', tokens, start, order);
    }

    public static Dictionary<string, int> Count(string[] tokens, int order)
    {
        var counts = new Dictionary<string, int>();
        foreach (var ngram in Enumerate(tokens, order))
            counts[ngram] = counts.GetValueOrDefault(ngram) + 1;
        return counts;
    }

    /// <summary>For each n-gram, its largest count in one of the texts: the limit for clipped counts.</summary>
    public static Dictionary<string, int> CountLargest(string[][] texts, int order)
    {
        var largest = new Dictionary<string, int>();
        foreach (var text in texts)
        {
            foreach (var (ngram, count) in Count(text, order))
                largest[ngram] = Math.Max(largest.GetValueOrDefault(ngram), count);
        }

        return largest;
    }

    /// <summary>The clipped count of a hypothesis' matching n-grams: each counts at most as often as in one of its references.</summary>
    public static int Matches(TokenRecord record, int order)
    {
        var allowed = CountLargest(record.References, order);
        return Count(record.Hypothesis, order).Sum(entry => Math.Min(entry.Value, allowed.GetValueOrDefault(entry.Key)));
    }

    /// <summary>Length of the reference nearest in length to the hypothesis; on a tie, the shorter one.</summary>
    public static int ClosestLength(TokenRecord record) => record.References.Select(reference => reference.Length)
        .MinBy(length => (Math.Abs(length - record.Hypothesis.Length), length));
}
