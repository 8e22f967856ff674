namespace Peft.Data.Tests;

/// <summary>Two records whose scores docs/reference/metrics.md works out by hand; the expressions here are its lines.</summary>
public sealed class HandWorkedTests
{
    private static readonly GenerationCorpus s_corpus = GenerationCorpus.From(
        ["the cat sat on the mat", "Hello world"],
        [["the cat sat on a mat", "a cat was on the mat"], ["hello big world"]]);

    private static readonly double s_brevity = Math.Exp(1 - (9 / 8.0));

    [Fact]
    public void Bleu_of_mteval() =>
        Near(s_brevity * Math.Pow(7 / 8.0 * (5 / 6.0) * (3 / 4.0) * (1 / 2.0), 0.25), MtevalBleu.Score(s_corpus));

    [Fact]
    public void Bleu_of_mteval_smoothed() =>
        Near(s_brevity * Math.Pow(8 / 9.0 * (6 / 7.0) * (4 / 5.0) * (2 / 3.0), 0.25), MtevalBleu.Score(s_corpus, smoothing: 1));

    [Fact]
    public void Nist()
    {
        var unigrams = ((4 * Math.Log2(15 / 2.0)) + (3 * Math.Log2(15))) / 8;
        var bigrams = 4 / 6.0;
        var penalty = Math.Exp(Math.Log(0.5) * Math.Pow(Math.Log(8 / 9.0) / Math.Log(1.5), 2));
        Near((unigrams + bigrams) * penalty, MtevalNist.Score(s_corpus));
    }

    [Fact]
    public void Rouge_l() => Near(((5 / 6.0) + (2.44 * (2 / 3.0) / ((2 / 3.0) + 1.44))) / 2, RougeL.Score(s_corpus));

    [Fact]
    public void Cider_()
    {
        var first = ((5 / Math.Sqrt(48)) + (3 / 5.0) + (2 / 4.0) + (1 / 3.0)) / 4;
        var second = ((4 / Math.Sqrt(48)) + (2 / 5.0) + (1 / 4.0)) / 4;
        var other = 2 / Math.Sqrt(6) / 4 * Math.Exp(-1 / 72.0);
        Near(10 * (((first + second) / 2) + other) / 2, Cider.Score(s_corpus));
    }

    [Fact]
    public void Bleu_of_coco()
    {
        var scores = CocoBleu.Score(s_corpus);
        Near(s_brevity * 7 / 8, scores[0], 1e-8);
        Near(s_brevity * Math.Pow(7 / 8.0 * (5 / 6.0) * (3 / 4.0) * (1 / 3.0), 0.25), scores[3], 1e-8);
    }

    [Fact]
    public void Printed_line_of_multi_bleu()
    {
        Assert.Equal("BLEU = 55.48, 75.0/83.3/75.0/33.3 (BP=0.882, ratio=0.889, hyp_len=8, ref_len=9)", MultiBleuDetok.Score(
            s_corpus).Line);
        Assert.Equal("BLEU = 57.66, 87.5/83.3/75.0/33.3 (BP=0.882, ratio=0.889, hyp_len=8, ref_len=9)", MultiBleuDetok.Score(
            s_corpus, lowerCase: true).Line);
    }

    [Fact]
    public void A_printed_number_between_two_takes_the_even_digit()
    {
        // 9 of 16 is 56.25 %, which C prints as 56.2; 5 of 16 (31.25) as 31.2; 7 of 16 (43.75) as 43.8.
        var score = new MultiBleuScore(0.25125, [9 / 16.0, 5 / 16.0, 7 / 16.0, 0.1], 0.0625, 16, 16);
        Assert.Equal("BLEU = 25.12, 56.2/31.2/43.8/10.0 (BP=0.062, ratio=1.000, hyp_len=16, ref_len=16)", score.Line);
    }

    [Theory]
    // One shift of THIS WEEK, two substitutions, one insertion, over 13 words: the example of Snover et al.
    [InlineData(
        "THIS WEEK THE SAUDIS denied information published in the new york times",
        "SAUDI ARABIA denied THIS WEEK information published in the AMERICAN new york times", 4 / 13.0)]
    [InlineData("b a c d", "a b c d", 1 / 4.0)] // a shift, where edits alone would be two
    [InlineData("c d a b", "a b c d", 1 / 4.0)] // two words moved at once
    [InlineData("a b c d", "a b c d", 0)]
    [InlineData("", "a b", 1)] // two insertions over two words
    [InlineData("a b c d", "a", 3)] // three deletions over one word
    [InlineData("A b", "a b", 1 / 2.0)] // capitals count
    public void Ter(string hypothesis, string reference, double expected) =>
        Near(expected, TranslationEditRate.Score(GenerationCorpus.From([hypothesis], [[reference]])));

    [Fact]
    public void Ter_takes_the_lowest_rate_of_each_record_and_averages() =>
        Near((0.5 + 0.25) / 2, TranslationEditRate.Score(GenerationCorpus.From(["a b", "a b c d"], [["x y", "a c"], ["a b c x", "x"]])));

    [Fact]
    public void Meteor_of_three_chunks() => // all six words match, in the pieces "on the mat", "sat", "the cat"
        Near(1 - (0.6 * Math.Pow(3 / 6.0, 0.2)), Of("the cat sat on the mat", "on the mat sat the cat"));

    [Fact]
    public void Meteor_of_precision_one_and_recall_three_quarters() =>
        Near(1 / (0.15 + (0.85 * 4 / 3)) * (1 - (0.6 * Math.Pow(1 / 3.0, 0.2))), Of("red green blue", "red green blue black"));

    [Fact]
    public void Meteor_of_stems_alone() => Near(0.6, Of("cats run", "cat runs")); // one chunk that covers everything: no penalty

    [Fact]
    public void Meteor_of_function_words() => // cat weighs 0.75, the and a 0.25: precision and recall are 0.75; one match in one chunk
        Near(0.75 * (1 - 0.6), Of("the cat", "a cat", new MeteorOptions { FunctionWords = new HashSet<string> { "the", "a" } }));

    [Fact]
    public void Meteor_sums_counts_over_records() => // 5 of 5 and 5 of 6 words; the record that is its reference adds no chunk
        Near(
            1 / (0.15 + (0.85 * 6 / 5)) * (1 - (0.6 * Math.Pow(1 / 5.0, 0.2))),
            Meteor.Score(GenerationCorpus.From(["white grey", "red green blue"], [["white grey"], ["red green blue black"]])));

    [Fact]
    public void Meteor_takes_the_best_reference() =>
        Near(1, Meteor.Score(GenerationCorpus.From(["white grey"], [["black", "White grey", "white"]])));

    private static double Of(string hypothesis, string reference, MeteorOptions? options = null) =>
        Meteor.Score(GenerationCorpus.From([hypothesis], [[reference]]), options);

    private static void Near(double expected, double actual, double tolerance = 1e-12) => Assert.Equal(expected, actual, tolerance);
}
