namespace Peft.Data;

/// <summary>
/// ROUGE-L (Lin, 2004) as in coco-caption: the longest common subsequence divided by the lengths. The best precision and the best recall
/// over the references, which may come from two references, are combined with beta = 1.2.
/// </summary>
public static class RougeL
{
    /// <summary>The most words of a text. The time grows with up to the square of the number of words.</summary>
    public const int MaxWords = 1_000_000;

    private const double Beta = 1.2;

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Texts; they are lower-cased and tokenised by <see cref="TextTokens.LowerWords"/>.</param>
    /// <returns>The mean over records, in [0, 1]. A record without a match, such as an empty hypothesis, scores 0.</returns>
    /// <exception cref="TextTooLongException">A text has more than <see cref="MaxWords"/> words.</exception>
    public static double Score(GenerationCorpus corpus)
    {
        var records = corpus.Tokenize(TextTokens.LowerWords);
        TextTooLongException.Check("rouge-l", records, MaxWords);
        return records.Average(Score);
    }

    private static double Score(TokenRecord record)
    {
        // The script splits at blanks, so an empty text is one empty token.
        var hypothesis = NotEmpty(record.Hypothesis);
        double precision = 0, recall = 0;
        foreach (var reference in record.References.Select(NotEmpty))
        {
            double common = CommonLength(hypothesis, reference);
            precision = Math.Max(precision, common / hypothesis.Length);
            recall = Math.Max(recall, common / reference.Length);
        }

        return precision == 0 ? 0 : (1 + (Beta * Beta)) * precision * recall / (recall + (Beta * Beta * precision));
    }

    private static string[] NotEmpty(string[] tokens) => tokens.Length > 0 ? tokens : [""];

    /// <summary>Length of the longest common subsequence.</summary>
    private static int CommonLength(string[] left, string[] right)
    {
        var row = new SubsequenceRow(right);
        foreach (var token in left)
            row.Advance(token);
        return row.Length;
    }
}
