namespace Peft.Data.Tests;

/// <summary>
/// Metrics whose time or memory grew with more than the length of a text: as fast as can be, with the same scores, or refused.
/// </summary>
public sealed class LongTextTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 12)]
    [InlineData(3, 40)]
    public void Ter_finds_the_shifts_that_trying_each_of_them_finds(int seed, int vocabulary)
    {
        var random = new Random(seed);
        for (var trial = 0; trial < 150; trial++)
        {
            // some beyond one block of 64 words
            var (hypothesis, reference) = (Words(random, random.Next(0, trial < 130 ? 24 : 90), vocabulary),
                Words(random, random.Next(1, trial < 130 ? 24 : 90), vocabulary));
            Assert.Equal(PlainTer.Score(hypothesis, reference), TranslationEditRate.Score(hypothesis, reference));
        }
    }

    [Fact]
    public void Ter_of_long_texts_is_bounded_and_longer_ones_are_refused()
    {
        var random = new Random(5);
        Assert.InRange(TranslationEditRate.Score(Words(random, 400, 300), Words(random, 400, 300)), 0.5, 1);
        Assert.Equal(
            "record 2: has a text of 1,001 words, but ter compares texts of at most 1,000 words. Split the text, or leave ter out of "
                + "--metrics.",
            Assert.Throws<TextTooLongException>(() => TranslationEditRate.Score(Corpus("a", Repeated("a", 1001)))).Message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(200)]
    public void Rouge_l_has_the_longest_common_subsequence_of_a_table(int vocabulary)
    {
        var random = new Random(vocabulary);
        for (var trial = 0; trial < 200; trial++)
        {
            var (left, right) = (Words(random, random.Next(1, 200), vocabulary), Words(random, random.Next(1, 200), vocabulary));
            var row = new SubsequenceRow(right);
            foreach (var word in left)
                row.Advance(word);
            Assert.Equal(PlainTer.CommonLength(left, right), row.Length);
        }
    }

    [Fact]
    public void Meteor_of_a_long_line_takes_little_memory_and_longer_ones_are_refused()
    {
        var random = new Random(7);
        var (hypothesis, reference) = (string.Join(' ', Words(random, 4000, 400)), string.Join(' ', Words(random, 4000, 400)));
        var before = GC.GetTotalAllocatedBytes();
        Assert.InRange(Meteor.Score(new GenerationCorpus([new GeneratedText(hypothesis, [reference])])), 0.1, 1);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 2L << 30);
        Assert.StartsWith(
            "record 1: has a text of 10,001 words, but meteor compares texts of at most 10,000 words.",
            Assert.Throws<TextTooLongException>(() => Meteor.Score(Corpus(Repeated("a", 10_001)))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bleu")]
    [InlineData("nist")]
    [InlineData("rouge-l")]
    [InlineData("cider")]
    [InlineData("coco-bleu")]
    [InlineData("multi-bleu")]
    [InlineData("meteor")]
    public void A_line_of_capital_sigmas_and_a_line_against_a_thousand_references_are_scored(string metric)
    {
        if (metric != "meteor") // for which each is a word
            GenerationScorer.Score(Corpus(new string('\u03a3', 1 << 20)), [metric]);
        var random = new Random(3);
        var references = Enumerable.Range(0, 1000).Select(_ => string.Join(' ', Words(random, 20, 100))).ToList();
        GenerationScorer.Score(new GenerationCorpus([new GeneratedText(references[0], references)]), [metric]);
        if (metric != "meteor")
            GenerationScorer.Score(Corpus(string.Join(' ', Words(random, 1 << 18, 5000))), [metric]);
    }

    private static string Repeated(string word, int count) => string.Join(' ', Enumerable.Repeat(word, count));

    private static string[] Words(Random random, int count, int vocabulary) =>
        [.. Enumerable.Range(0, count).Select(_ => $"w{random.Next(vocabulary)}")];

    private static GenerationCorpus Corpus(params string[] texts) => new(texts.Select(text => new GeneratedText(text, [text])));
}
