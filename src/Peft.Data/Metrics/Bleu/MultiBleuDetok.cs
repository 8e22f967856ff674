using System.Globalization;

namespace Peft.Data;

/// <summary>
/// BLEU-4 as in Moses' multi-bleu-detok.perl: mteval-v13a's tokens, case-sensitive by default, 0 if an order has no match.
/// </summary>
public static class MultiBleuDetok
{
    private const int Orders = 4;

    /// <summary>Scores a corpus. Records may have different numbers of references; repeating a reference has no effect.</summary>
    /// <param name="corpus">Untokenised texts.</param>
    /// <param name="lowerCase">The script's <c>-lc</c>. The script processes bytes, so only A to Z are lower-cased.</param>
    /// <returns>The score and the other values that the script prints.</returns>
    public static MultiBleuScore Score(GenerationCorpus corpus, bool lowerCase = false)
    {
        var records = corpus.Tokenize(text => TextTokens.MultiBleu(lowerCase ? LowerAscii(text) : text));
        var precisions = new double[Orders];
        for (var order = 1; order <= Orders; order++)
        {
            var total = records.Sum(record => Math.Max(0, record.Hypothesis.Length - order + 1));
            precisions[order - 1] = total > 0 ? records.Sum(record => NGrams.Matches(record, order)) / (double)total : 0;
        }

        var length = records.Sum(record => record.Hypothesis.Length);
        var referenceLength = records.Sum(NGrams.ClosestLength);
        // Without any words the script divides by zero; the limit is 0.
        var brevity = length >= referenceLength ? 1 : length == 0 ? 0 : Math.Exp(1 - (referenceLength / (double)length));
        var bleu = precisions.Contains(0) ? 0 : brevity * Math.Exp(precisions.Sum(Math.Log) / Orders);
        return new MultiBleuScore(bleu, precisions, brevity, length, referenceLength);
    }

    private static string LowerAscii(string text) => string.Create(text.Length, text, (result, source) =>
    {
        for (var index = 0; index < result.Length; index++)
            result[index] = char.IsAsciiLetterUpper(source[index]) ? (char)(source[index] + ('a' - 'A')) : source[index];
    });
}

/// <summary>The output of multi-bleu-detok.perl.</summary>
/// <param name="Bleu">BLEU-4 in [0, 1].</param>
/// <param name="Precisions">Clipped precision of 1- to 4-grams, each in [0, 1].</param>
/// <param name="BrevityPenalty">The factor for hypotheses that are too short, in [0, 1].</param>
/// <param name="HypothesisLength">Tokens of all hypotheses.</param>
/// <param name="ReferenceLength">Tokens of the references closest in length.</param>
public sealed record MultiBleuScore(
    double Bleu, IReadOnlyList<double> Precisions, double BrevityPenalty, int HypothesisLength, int ReferenceLength)
{
    /// <summary>The line that the script prints.</summary>
    public string Line
    {
        get
        {
            if (ReferenceLength == 0)
                return "BLEU = 0, 0/0/0/0 (BP=0, ratio=0, hyp_len=0, ref_len=0)";
            var precisions = string.Join('/', Precisions.Select(precision => Printed(100 * precision, 1)));
            var ratio = Printed(HypothesisLength / (double)ReferenceLength, 3);
            return $"BLEU = {Printed(100 * Bleu, 2)}, {precisions} (BP={Printed(BrevityPenalty, 3)}, ratio={ratio}, "
                + string.Create(CultureInfo.InvariantCulture, $"hyp_len={HypothesisLength}, ref_len={ReferenceLength})");
        }
    }

    /// <summary>Rounds like C's printf: ties go to the even digit, as in .NET's formatting of a double.</summary>
    private static string Printed(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);
}
