namespace Peft.Data;

/// <summary>
/// ROUGE-L (Lin, 2004) as in coco-caption: the longest common subsequence divided by the lengths. The best precision and the best recall
/// over the references, which may come from two references, are combined with beta = 1.2.
/// </summary>
public static class RougeL
{
    private const double Beta = 1.2;

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Texts; they are lower-cased and tokenised by <see cref="TextTokens.LowerWords"/>.</param>
    /// <returns>The mean over records, in [0, 1]. A record without a match, such as an empty hypothesis, scores 0.</returns>
    public static double Score(GenerationCorpus corpus) => corpus.Tokenize(TextTokens.LowerWords).Average(Score);

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

    /// <summary>Length of the longest common subsequence, row by row.</summary>
    private static int CommonLength(string[] left, string[] right)
    {
        var above = new int[right.Length + 1];
        var row = new int[right.Length + 1];
        foreach (var token in left)
        {
            for (var column = 1; column <= right.Length; column++)
                row[column] = token == right[column - 1] ? above[column - 1] + 1 : Math.Max(above[column], row[column - 1]);
            (above, row) = (row, above);
        }

        return above[^1];
    }
}
