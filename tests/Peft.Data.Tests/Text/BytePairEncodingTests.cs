namespace Peft.Data.Tests;

public sealed class BytePairEncodingTests
{
    private static readonly BytePairTokenizer s_roberta = new(BytePairFiles.Roberta, BytePairFiles.Merges);
    private static readonly BytePairTokenizer s_gpt2 = new(BytePairFiles.Gpt2, BytePairFiles.Merges);

    [Fact]
    public void A_pair_has_roberta_s_special_tokens_and_one_type()
    {
        var encoding = s_roberta.Encode("hello", "hello oo");

        Assert.Equal("<s> hello </s> </s> hello Ġ oo </s>", Tokens(s_roberta, encoding));
        Assert.All(encoding.TypeIds, type => Assert.Equal(0, type));
        Assert.Equal([-1, 0, -1, -1, 1, 1, 1, -1], encoding.Texts);
        Assert.Equal([true, false, true, true, false, false, false, true], encoding.SpecialTokenMask);
        Assert.Equal((0, 2, 1, 4, 3, 2), (
            s_roberta.ClsId, s_roberta.SepId, s_roberta.PadId, s_roberta.MaskId, s_roberta.UnknownId, s_roberta.EndId));
    }

    [Fact]
    public void Gpt2_adds_nothing_and_fills_up_with_its_end()
    {
        var encoding = s_gpt2.Encode("hello", "hello");

        Assert.Equal("hello hello", Tokens(s_gpt2, encoding));
        Assert.Equal([0, 1], encoding.TypeIds);
        Assert.Equal((0, 0), (s_gpt2.PadId, s_gpt2.EndId));
        Assert.Null(s_gpt2.ClsId);
        Assert.Empty(s_gpt2.Encode("hello", null, 0).Ids);
    }

    [Fact]
    public void An_empty_second_text_is_still_a_pair() =>
        Assert.Equal("<s> hello </s> </s> </s>", Tokens(s_roberta, s_roberta.Encode("hello", "")));

    [Theory]
    [InlineData("oh <mask>!</s>hello", "<s> o h <mask> ! </s> hello </s>")]
    [InlineData("<mask><mask>", "<s> <mask> <mask> </s>")]
    [InlineData("<s> <pad>", "<s> <s> Ġ <pad> </s>")]
    [InlineData("<MASK>", "<s> < M A S K > </s>")]
    public void Special_tokens_written_out_count_as_themselves(string text, string tokens) =>
        Assert.Equal(tokens, Tokens(s_roberta, s_roberta.Encode(text)));

    [Fact]
    public void Special_tokens_and_blanks_can_be_taken_as_the_older_reference_takes_them()
    {
        var options = s_roberta.Options with { SpecialTokensInText = false, KeepBlankTexts = false };
        var tokenizer = new BytePairTokenizer(BytePairFiles.Roberta, BytePairFiles.Merges, options);

        Assert.Equal("<s> < s > </s>", Tokens(tokenizer, tokenizer.Encode("<s>")));
        Assert.Equal("<s> </s>", Tokens(tokenizer, tokenizer.Encode(" \u001C\u2003")));
        Assert.Equal("<s> Ġ </s>", Tokens(s_roberta, s_roberta.Encode(" ")));
    }

    [Fact]
    public void Added_tokens_follow_their_rules()
    {
        string[] tokens = [.. BytePairFiles.Roberta, "oh", "<x>"];
        var options = BytePairOptions.Roberta with
        {
            AddedTokens = [new AddedToken("oh") { SingleWord = true, Special = false }, new AddedToken("<x>") { StripRight = true }],
        };
        var tokenizer = new BytePairTokenizer(tokens, BytePairFiles.Merges, options);

        Assert.Equal("<s> oh , Ġ o h m Ġ oh </s>", Tokens(tokenizer, tokenizer.Encode("oh, ohm oh")));
        Assert.Equal("<s> o <x> o </s>", Tokens(tokenizer, tokenizer.Encode("o<x>  o")));
        Assert.Equal("oh", tokenizer.Decode([tokenizer.IdOf("<x>")!.Value, tokenizer.IdOf("oh")!.Value]));
    }

    [Fact]
    public void Offsets_point_into_the_text_as_it_was_given()
    {
        const string Text = "hello  hello é😀 <mask>";

        var trimmed = s_roberta.Encode(Text);
        var whole = s_gpt2.Encode(Text[..16]);

        Assert.Equal("<s> hello Ġ Ġhello Ġ Ã © ð Ł ĺ Ģ <mask> </s>", Tokens(s_roberta, trimmed));
        Assert.Equal(["", "hello", "", "hello", "", "é", "é", "😀", "😀", "😀", "😀", " <mask>", ""], Spans(Text, trimmed));
        Assert.Equal(["hello", " ", " hello", " ", "é", "é", "😀", "😀", "😀", "😀"], Spans(Text, whole));
        Assert.Equal(TextSpan.None, trimmed.Offsets[0]);
    }

    [Fact]
    public void A_blank_put_in_front_is_in_no_offset()
    {
        var tokenizer = new BytePairTokenizer(
            BytePairFiles.Gpt2, BytePairFiles.Merges, BytePairOptions.Gpt2 with { AddPrefixSpace = true });

        Assert.Equal("Ġhello Ġ o", Tokens(tokenizer, tokenizer.Encode("hello o")));
        Assert.Equal(["hello", " ", "o"], Spans("hello o", tokenizer.Encode("hello o")));
        Assert.Equal("Ġhello", Tokens(tokenizer, tokenizer.Encode(" hello")));
        Assert.Empty(tokenizer.Encode("").Ids);
    }

    [Theory]
    [InlineData(7, 2, 1)]
    [InlineData(8, 2, 2)]
    [InlineData(4, 0, 0)]
    [InlineData(20, 6, 3)]
    public void The_longer_text_is_cut_first_and_the_second_at_a_tie(int maxLength, int first, int second)
    {
        var encoding = s_roberta.Encode("abcabc", "xyz", maxLength);

        Assert.Equal((first, second), (encoding.Texts.Count(text => text == 0), encoding.Texts.Count(text => text == 1)));
    }

    [Theory]
    [InlineData(1, null, 2)]
    [InlineData(3, "b", 4)]
    public void A_limit_below_the_special_tokens_is_refused(int maxLength, string? pair, int needed) =>
        Assert.Contains(
            $"at least {needed}", Assert.Throws<MaxLengthTooSmallException>(() => s_roberta.Encode("a", pair, maxLength)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Decoding_leaves_special_tokens_out_if_told_and_refuses_unknown_ids()
    {
        var ids = s_roberta.Encode("hello <mask>").Ids;

        Assert.Equal("hello", s_roberta.Decode(ids));
        Assert.Equal("<s>hello<mask></s>", s_roberta.Decode(ids, skipSpecialTokens: false));
        Assert.Contains("99999", Assert.Throws<UnknownTokenIdException>(() => s_roberta.Decode([99999])).Message, StringComparison.Ordinal);
        Assert.Throws<UnknownTokenIdException>(() => s_roberta.TokenOf(-1));
        Assert.Null(s_roberta.IdOf("tea"));
    }

    private static string Tokens(BytePairTokenizer tokenizer, EncodedText encoding) =>
        string.Join(' ', encoding.Ids.Select(tokenizer.TokenOf));

    private static IEnumerable<string> Spans(string text, EncodedText encoding) =>
        encoding.Offsets.Select(span => text[span.Start..span.End]);
}
