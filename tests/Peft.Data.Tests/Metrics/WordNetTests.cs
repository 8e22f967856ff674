namespace Peft.Data.Tests.Metrics;

/// <summary>Synonyms of a small folder of WordNet's files, and METEOR with them.</summary>
public sealed class WordNetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-wordnet-").FullName;

    public WordNetTests()
    {
        Write("index.noun", "  1 a line of the licence", "film n 2 1 @ 2 1 00000100 00000200", "movie n 1 2 @ ~ 1 1 00000100",
            "coat n 1 0 1 0 00000200", "box n 1 0 1 0 00000300", "carton n 1 0 1 0 00000300", "mouse n 1 0 1 0 00000400",
            "rodent n 1 0 1 0 00000400");
        Write("index.verb", "run v 1 0 1 0 00000100", "operate v 1 0 1 0 00000100", "make v 1 0 1 0 00000500",
            "produce v 1 0 1 0 00000500");
        Write("index.adj", "large a 1 0 1 0 00000700", "big a 1 0 1 0 00000700");
        Write("index.adv");
        Write("noun.exc", "mice mouse");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("film", "movie", true)]
    [InlineData("film", "coat", true)] // by its second synset
    [InlineData("movie", "coat", false)]
    [InlineData("movies", "films", true)]
    [InlineData("boxes", "carton", true)]
    [InlineData("mice", "rodents", true)] // by the list of exceptions
    [InlineData("made", "produce", false)] // irregular, and not on the list
    [InlineData("making", "produced", true)]
    [InlineData("larger", "big", true)]
    [InlineData("run", "movie", false)] // one offset in two files is two synsets
    [InlineData("unknown", "unknown", false)]
    public void Words_of_one_synset_are_synonyms(string first, string second, bool expected)
    {
        var words = WordNet.Load(_folder);
        Assert.Equal(expected, words.AreSynonyms(first, second));
        Assert.Equal(expected, words.AreSynonyms(second, first));
    }

    [Fact]
    public void A_synonym_counts_eight_tenths_of_a_word()
    {
        var corpus = GenerationCorpus.From(["the movie was long"], [["the film was long"]]);
        var without = Meteor.Score(corpus);
        var with = Meteor.Score(corpus, new MeteorOptions { Synonyms = WordNet.Load(_folder) });
        Assert.Equal(3.8 / 4, with, 1e-12); // all words match in one chunk
        Assert.True(without < with);
        var stems = GenerationCorpus.From(["films"], [["film"]]);
        Assert.Equal(0.6, Meteor.Score(stems, new MeteorOptions { Synonyms = WordNet.Load(_folder) }), 1e-12); // a stem goes first
    }

    [Fact]
    public void Missing_and_malformed_files_are_named()
    {
        var missing = Assert.Throws<WordNetException>(() => WordNet.Load(Path.Combine(_folder, "none")));
        Assert.Contains("index.noun: cannot be read", missing.Message, StringComparison.Ordinal);
        Assert.Null(WordNet.Find(WordNet.None));
        Write("index.adv", "fast r 9 0 1 0 00000100");
        Assert.Contains("index.adv:1: is no line of a WordNet index", Assert.Throws<WordNetException>(
            () => WordNet.Find(_folder)).Message, StringComparison.Ordinal);
        Write("index.adv", "fast r 1 0 1 0 zero");
        Assert.Contains("index.adv:1: has 'zero'", Assert.Throws<WordNetException>(() => WordNet.Load(_folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Debians_files_are_read()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(WordNet.UsualFolder, "index.noun")), "Debian's wordnet-base is not installed");
        var words = WordNet.Load(WordNet.UsualFolder);
        Assert.True(words.AreSynonyms("movies", "film"));
        Assert.True(words.AreSynonyms("cheap", "inexpensive"));
        Assert.False(words.AreSynonyms("cheap", "expensive"));
    }

    private void Write(string name, params string[] lines) =>
        File.WriteAllText(Path.Combine(_folder, name), string.Concat(lines.Select(line => line + "\n")));
}
