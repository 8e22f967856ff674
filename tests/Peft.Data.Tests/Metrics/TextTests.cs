namespace Peft.Data.Tests;

public sealed class TextTests
{
    [Theory]
    [InlineData("It's £20-30, U.S. prices (1,000.5).", "It's £20 - 30 , U . S . prices ( 1,000.5 ) .")]
    [InlineData("AT&amp;T said &quot;no&quot;", "AT & T said \" no \"")]
    [InlineData("family-friendly, 5-star", "family-friendly , 5 - star")]
    [InlineData("a\u00a0b", "a b")]
    public void Mteval_keeps_numbers_hyphens_and_apostrophes(string text, string expected) =>
        Assert.Equal(expected.Split(' '), TextTokens.Mteval(text));

    [Fact]
    public void An_empty_text_is_one_empty_token_for_mteval_and_none_for_the_others()
    {
        Assert.Equal([""], TextTokens.Mteval(""));
        Assert.Empty(TextTokens.MultiBleu(" "));
        Assert.Empty(TextTokens.LowerWords(" "));
    }

    [Fact]
    public void The_perl_script_reads_bytes()
    {
        Assert.Equal(["a\u00a0b"], TextTokens.MultiBleu("a\u00a0b"));
        var corpus = GenerationCorpus.From(["ÉCOLE X"], [["école x"]]);
        Assert.Equal(1 / 2.0, MultiBleuDetok.Score(corpus, lowerCase: true).Precisions[0]);
    }

    [Theory]
    [InlineData("It's £20, x_1²", "it ' s £ 20 , x_1²")]
    [InlineData("İzmir", "i \u0307 zmir")]
    [InlineData("ΟΔΟΣ ΣΑΣ", "οδος σας")]
    public void Words_are_pythons(string text, string expected) => Assert.Equal(expected.Split(' '), TextTokens.LowerWords(text));

    [Theory]
    [InlineData("The U.S. team, Dr. No and John's well-known 1990's \u201cbest-of\u201d...", "the us team , dr. no and john 's well "
        + "known 1990 's \" best of \" ...")]
    [InlineData("He paid 1,000 at No. 5. It ended.", "he paid 1,000 at no. 5 . it ended .")]
    [InlineData("kids' menu, 'good' food", "kids ' menu , ' good ' food")]
    public void Meteor_normalises_as_its_own_option_does(string text, string expected) =>
        Assert.Equal(expected.Split(' '), MeteorText.Tokens(text));

    /// <summary>Pairs of Snowball's own algorithm; over half a million words it was compared with Snowball's library.</summary>
    [Theory]
    [InlineData("consign", "consign")]
    [InlineData("consistency", "consist")]
    [InlineData("knightly", "knight")]
    [InlineData("generously", "generous")]
    [InlineData("communication", "communic")]
    [InlineData("ties", "tie")]
    [InlineData("cries", "cri")]
    [InlineData("gas", "gas")]
    [InlineData("gaps", "gap")]
    [InlineData("hopping", "hop")]
    [InlineData("hoping", "hope")]
    [InlineData("luxuriated", "luxuri")]
    [InlineData("agreed", "agre")]
    [InlineData("relational", "relat")]
    [InlineData("adoption", "adopt")]
    [InlineData("controll", "control")]
    [InlineData("youthful", "youth")]
    [InlineData("boy's", "boy")]
    [InlineData("skies", "sky")]
    [InlineData("succeed", "succeed")]
    [InlineData("by", "by")]
    [InlineData("restaurants", "restaur")]
    public void Stems(string word, string expected) => Assert.Equal(expected, EnglishStemmer.Stem(word));
}
