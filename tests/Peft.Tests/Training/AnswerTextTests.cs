using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Pieces of a text as its tokens arrive.</summary>
public sealed class AnswerTextTests
{
    private static readonly ITokenizer s_tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltInDecoder));

    [Theory]
    [InlineData("Café 😀 naïve 漢字 🇩🇪")]
    [InlineData("a � mark that is text")]
    [InlineData("")]
    public void Characters_that_tokens_split_are_held_back(string text)
    {
        var pieces = Pieces(text, keepsBlanks: true);
        Assert.Equal(text, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.False(piece.Length > 0 && char.IsHighSurrogate(piece[^1])));
        Assert.All(pieces.SkipLast(1), piece => Assert.False(piece.EndsWith('\uFFFD')));
    }

    [Fact]
    public void A_text_that_ends_within_a_character_ends_with_a_mark()
    {
        var answer = new AnswerText([], keepsBlanks: true);
        int[] ids = [.. BackboneSource.TokensOf(s_tokenizer, "漢")];
        Assert.True(ids.Length > 1);
        Assert.Equal("", answer.Next(s_tokenizer.Decode(ids[..1]), isWhole: false));
        Assert.Equal("\uFFFD", answer.Next(s_tokenizer.Decode(ids[..1]), isWhole: true));
    }

    [Theory]
    [InlineData("  one\n two  ", "one\n two")]
    [InlineData("   ", "")]
    public void Blanks_at_both_ends_are_left_out(string text, string expected) =>
        Assert.Equal(expected, string.Concat(Pieces(text, keepsBlanks: false)));

    [Theory]
    [InlineData("one END two", "one ", true)]
    [InlineData("one EN", "one EN", false)]
    [InlineData("one ENEND", "one EN", true)]
    [InlineData("stop END", "", true)]
    [InlineData("ene mene", "ene mene", false)]
    public void A_stop_ends_the_text_and_its_beginning_is_held_back(string text, string expected, bool isStopped)
    {
        var answer = new AnswerText(["END", "stop"], keepsBlanks: true);
        var found = "";
        for (var length = 1; length <= text.Length && !answer.IsStopped; length++)
        {
            found += answer.Next(text[..length], isWhole: length == text.Length);
            Assert.StartsWith(found, expected);
        }

        Assert.Equal((expected, isStopped), (found, answer.IsStopped));
    }

    private static List<string> Pieces(string text, bool keepsBlanks)
    {
        var answer = new AnswerText([], keepsBlanks);
        var ids = BackboneSource.TokensOf(s_tokenizer, text);
        return
        [
            .. Enumerable.Range(1, ids.Count).Select(count => answer.Next(s_tokenizer.Decode(ids.Take(count)), isWhole: false)),
            answer.Next(s_tokenizer.Decode(ids), isWhole: true),
        ];
    }
}
