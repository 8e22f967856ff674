using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>The label of a word is on its first token, found by the offsets of the joined words.</summary>
public sealed class WordWindowsTests
{
    private static readonly ITokenizer s_wordPieces = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltIn));
    private static readonly ITokenizer s_bytePairs = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltInDecoder));

    public static TheoryData<string> Vocabularies => ["word pieces", "byte pairs"];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Every_word_is_found_at_its_first_token(string vocabulary)
    {
        var tokenizer = Tokenizer(vocabulary);
        string[] words = ["Zyxwvut", "unbelievably", "caf\u00e9", "\u4e2d\u6587", "3.5", "...", "don't", "\ud83d\ude00", "a"];
        var window = Assert.Single(new WordWindows(tokenizer, 128).Encode(7, words));
        Assert.Equal(7, window.Sentence);
        Assert.Equal(Enumerable.Range(0, words.Length), window.Words);
        Assert.Equal(tokenizer.Encode(string.Join(' ', words)).Ids, window.Ids);
        for (var word = 0; word < words.Length; word++)
        {
            // The tokens of the words before, encoded alone, are as many as stand before this word.
            var special = tokenizer.Encode("").Length / 2;
            Assert.Equal(BackboneSource.TokensOf(tokenizer, string.Join(' ', words[..word])).Count + special, window.Positions[word]);
        }
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void A_long_sentence_is_divided_between_words_and_loses_none(string vocabulary)
    {
        var tokenizer = Tokenizer(vocabulary);
        string[] words = [.. Enumerable.Range(0, 60).Select(at => at % 3 == 0 ? "unbelievably" : "town")];
        var encoder = new WordWindows(tokenizer, 16);
        var windows = encoder.Encode(0, words);
        Assert.True(windows.Count > 3);
        Assert.Equal(Enumerable.Range(0, 60), windows.SelectMany(window => window.Words));
        Assert.All(windows, window => Assert.InRange(window.Ids.Length, 1, 16));
        var special = tokenizer.Encode("").Ids;
        var whole = tokenizer.Encode(string.Join(' ', words)).Ids;
        Assert.Equal(whole[(special.Length / 2)..^(special.Length - (special.Length / 2))], windows.SelectMany(
            window => window.Ids[(special.Length / 2)..^(special.Length - (special.Length / 2))]));
        Assert.Equal(
            ["1 test sentence of more than 16 tokens divided into windows; every word is in one"], encoder.Notices("test"));
    }

    [Fact]
    public void A_word_longer_than_a_window_keeps_its_first_tokens()
    {
        var word = string.Concat(Enumerable.Repeat("antidisestablishment ", 20).Select((part, at) => part.Trim() + at));
        var windows = new WordWindows(s_bytePairs, 8).Encode(0, ["a", word, "b"]);
        Assert.Equal([0, 1, 2], windows.SelectMany(window => window.Words));
        Assert.All(windows, window => Assert.InRange(window.Ids.Length, 1, 8));
    }

    [Fact]
    public void A_word_without_a_token_is_counted()
    {
        var encoder = new WordWindows(s_wordPieces, 32);
        var window = Assert.Single(encoder.Encode(0, ["a", "\u200b", "town"]));
        Assert.Equal([0, 2], window.Words);
        Assert.Equal(["1 dev word without a token in the vocabulary: not trained on, and predicted as O"], encoder.Notices("dev"));
        Assert.Empty(new WordWindows(s_wordPieces, 32).Encode(0, ["\u200b"]));
    }

    private static ITokenizer Tokenizer(string vocabulary) => vocabulary == "byte pairs" ? s_bytePairs : s_wordPieces;
}
