namespace Peft.Data.Tests;

public sealed class EncodingTests
{
    private static readonly WordPieceTokenizer s_tokenizer =
        new(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##c", "cafe", "##s", ".", "'", "i"]);

    [Fact]
    public void A_pair_has_types_and_special_tokens_around_it()
    {
        var encoding = s_tokenizer.Encode("a b", "b");

        Assert.Equal([2, 5, 6, 3, 6, 3], encoding.Ids);
        Assert.Equal([0, 0, 0, 0, 1, 1], encoding.TypeIds);
        Assert.Equal([true, false, false, true, false, true], encoding.SpecialTokenMask);
    }

    [Fact]
    public void An_empty_second_text_is_still_a_pair()
    {
        Assert.Equal([2, 5, 3, 3], s_tokenizer.Encode("a", "").Ids);
        Assert.Equal([2, 5, 3], s_tokenizer.Encode("a").Ids);
    }

    [Fact]
    public void Offsets_point_into_the_text_as_it_was_given()
    {
        const string Text = " a\u200Bc CAFÉs cafe\u0301s a😀.[MASK]";

        var encoding = s_tokenizer.Encode(Text);

        Assert.Equal(["", "a", "c", "CAFÉ", "s", "cafe", "s", "a😀", ".", "[MASK]", ""], encoding.Offsets.Select(
            span => Text[span.Start..span.End]));
        Assert.Equal(TextSpan.None, encoding.Offsets[0]);
        Assert.False(encoding.SpecialTokenMask[^2]);
    }

    [Theory]
    [InlineData("aaaaaa", "bb", 7, 2, 2)]
    [InlineData("aaaaaa", "bb", 9, 4, 2)]
    [InlineData("aa", "bbbbbb", 8, 2, 3)]
    [InlineData("aaaa", "bbbb", 8, 3, 2)]
    [InlineData("aaaa", "bbbb", 3, 0, 0)]
    [InlineData("aaaa", "bbbb", 11, 4, 4)]
    public void The_longer_text_is_cut_first_and_the_second_at_a_tie(
        string first, string second, int maxLength, int expectedFirst, int expectedSecond)
    {
        var encoding = s_tokenizer.Encode(string.Join(' ', first.ToCharArray()), string.Join(' ', second.ToCharArray()), maxLength);

        Assert.Equal((expectedFirst, expectedSecond), (encoding.Ids.Count(id => id == 5), encoding.Ids.Count(id => id == 6)));
    }

    /// <summary>The rule as it is defined, one token at a time, against the closed form.</summary>
    [Fact]
    public void Truncation_equals_taking_one_token_at_a_time()
    {
        for (var maxLength = 3; maxLength < 16; maxLength++)
        {
            for (var n = 0; n < 10; n++)
            {
                for (var m = 0; m < 10; m++)
                {
                    var (first, second) = (n, m);
                    while (first + second + 3 > maxLength)
                    {
                        if (first > second) first--;
                        else second--;
                    }

                    var encoding = s_tokenizer.Encode(
                        string.Join(' ', Enumerable.Repeat("a", n)), string.Join(' ', Enumerable.Repeat("b", m)), maxLength);
                    Assert.Equal((n, m, maxLength, first, second), (
                        n, m, maxLength, encoding.Ids.Count(id => id == 5), encoding.Ids.Count(id => id == 6)));
                }
            }
        }
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "b")]
    [InlineData(-4, "b")]
    public void A_limit_below_the_special_tokens_is_refused(int maxLength, string? pair)
    {
        var error = Assert.Throws<MaxLengthTooSmallException>(() => s_tokenizer.Encode("a", pair, maxLength));

        Assert.Contains($"maxLength is {maxLength}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decoding_joins_pieces_and_leaves_special_tokens_out()
    {
        Assert.Equal("ac cafes.", s_tokenizer.Decode([2, 5, 7, 8, 9, 10, 3, 0]));
        Assert.Equal("[CLS] a", s_tokenizer.Decode([2, 5], skipSpecialTokens: false));
        Assert.Throws<UnknownTokenIdException>(() => s_tokenizer.Decode([13]));
        Assert.Throws<UnknownTokenIdException>(() => s_tokenizer.TokenOf(-1));
        Assert.Equal(8, s_tokenizer.IdOf("cafe"));
        Assert.Null(s_tokenizer.IdOf("tea"));
    }

    [Fact]
    public async Task Threads_may_share_a_tokenizer()
    {
        var texts = Enumerable.Range(0, 200).Select(i => string.Join(' ', Enumerable.Repeat(i % 2 == 0 ? "a bc" : "café .", i))).ToArray();
        var expected = texts.Select(text => s_tokenizer.Encode(text).Ids).ToArray();

        var found = await Task.WhenAll(texts.Select(text => Task.Run(() => s_tokenizer.Encode(text).Ids)));

        Assert.Equal(expected, found);
    }
}
