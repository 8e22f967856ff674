namespace Peft.Data;

/// <summary>
/// TER (Snover et al., AMTA 2006) as in pyter. While a shift of matching words reduces the edit distance, the best one is applied and
/// counts as one edit. These edits and the remaining edit distance are divided by the reference's length.
/// </summary>
public static class TranslationEditRate
{
    /// <summary>Scores a corpus as in GenerationEval: the mean over records of the lowest rate over its references.</summary>
    /// <param name="corpus">Texts tokenised by white space; the case of letters matters.</param>
    /// <returns>0 and above; lower is better.</returns>
    public static double Score(GenerationCorpus corpus) => corpus.Tokenize(TextTokens.Spaced)
        .Average(record => record.References.Min(reference => Score(record.Hypothesis, reference)));

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
        var distance = Distance(words, target);
        while (BestShift(words, target, distance) is { } shift)
        {
            (words, distance) = shift;
            shifts++;
        }

        return (shifts + distance) / (double)target.Length;
    }

    private static readonly Comparer<string> s_codePoints = Comparer<string>.Create((left, right) =>
        left.EnumerateRunes().Select(rune => rune.Value).ToArray().AsSpan()
            .SequenceCompareTo(right.EnumerateRunes().Select(rune => rune.Value).ToArray()));

    /// <summary>
    /// The shift that reduces the distance most; on a tie, the one whose sentence comes last in order. None if no shift reduces it.
    /// </summary>
    private static (int[] Words, int Distance)? BestShift(int[] words, int[] target, int distance)
    {
        (int[] Words, int Distance)? best = null;
        for (var from = 0; from < words.Length; from++)
        {
            for (var to = 0; to < target.Length; to++)
            {
                if (from == to || words[from] != target[to])
                    continue;
                var shifted = Shift(words, from, MatchLength(words, from, target, to), to);
                var reached = Distance(shifted, target);
                if (reached < distance && (best is not { } other || reached < other.Distance
                    || (reached == other.Distance && shifted.AsSpan().SequenceCompareTo(other.Words) > 0)))
                {
                    best = (shifted, reached);
                }
            }
        }

        return best;
    }

    private static int MatchLength(int[] words, int from, int[] target, int to)
    {
        var length = 1;
        while (from + length < words.Length && to + length < target.Length && words[from + length] == target[to + length])
            length++;
        return length;
    }

    /// <summary>Moves a run of words to its position in the reference, or to the end if the remaining text is shorter.</summary>
    private static int[] Shift(int[] words, int from, int length, int to)
    {
        var rest = new List<int>(words);
        rest.RemoveRange(from, length);
        rest.InsertRange(Math.Min(to, rest.Count), words.AsSpan(from, length).ToArray());
        return [.. rest];
    }

    /// <summary>Counts insertions, deletions and substitutions, each with cost 1.</summary>
    private static int Distance(int[] words, int[] target)
    {
        var row = new int[target.Length + 1];
        for (var column = 0; column <= target.Length; column++)
            row[column] = column;
        for (var line = 1; line <= words.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column <= target.Length; column++)
            {
                var substituted = diagonal + (words[line - 1] == target[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(substituted, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[^1];
    }
}
