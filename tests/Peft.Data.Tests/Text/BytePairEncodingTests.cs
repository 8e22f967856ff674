namespace Peft.Data.Tests;

public sealed class BytePairEncodingTests
{
    private static readonly BytePairTokenizer Roberta = new(BytePairFiles.Roberta, BytePairFiles.Merges);
    private static readonly BytePairTokenizer Gpt2 = new(BytePairFiles.Gpt2, BytePairFiles.Merges);

    [Fact]
    public void A_pair_has_roberta_s_special_tokens_and_one_type()
    {
        var encoding = Roberta.Encode("hello", "hello oo");

        Assert.Equal("<s> hello </s> </s> hello Ġ oo </s>", Tokens(Roberta, encoding));
        Assert.All(encoding.TypeIds, type => Assert.Equal(0, type));
        Assert.Equal([-1, 0, -1, -1, 1, 1, 1, -1], encoding.Texts);
        Assert.Equal([true, false, true, true, false, false, false, true], encoding.SpecialTokenMask);
        Assert.Equal((0, 2, 1, 4, 3, 2), (Roberta.ClsId, Roberta.SepId, Roberta.PadId, Roberta.MaskId, Roberta.UnknownId, Roberta.EndId));
    }

    [Fact]
    public void Gpt2_adds_nothing_and_fills_up_with_its_end()
    {
        var encoding = Gpt2.Encode("hello", "hello");

        Assert.Equal("hello hello", Tokens(Gpt2, encoding));
        Assert.Equal([0, 1], encoding.TypeIds);
        Assert.Equal((0, 0), (Gpt2.PadId, Gpt2.EndId));
        Assert.Null(Gpt2.ClsId);
        Assert.Empty(Gpt2.Encode("hello", null, 0).Ids);
    }

    [Fact]
    public void An_empty_second_text_is_still_a_pair() =>
        Assert.Equal("<s> hello </s> </s> </s>", Tokens(Roberta, Roberta.Encode("hello", "")));

    [Theory]
    [InlineData("oh <mask>!</s>hello", "<s> o h <mask> ! </s> hello </s>")]
    [InlineData("<mask><mask>", "<s> <mask> <mask> </s>")]
    [InlineData("<s> <pad>", "<s> <s> Ġ <pad> </s>")]
    [InlineData("<MASK>", "<s> < M A S K > </s>")]
    public void Special_tokens_written_out_count_as_themselves(string text, string tokens) =>
        Assert.Equal(tokens, Tokens(Roberta, Roberta.Encode(text)));

    [Fact]
    public void Special_tokens_and_blanks_can_be_taken_as_the_older_reference_takes_them()
    {
        var options = Roberta.Options with { SpecialTokensInText = false, KeepBlankTexts = false };
        var tokenizer = new BytePairTokenizer(BytePairFiles.Roberta, BytePairFiles.Merges, options);

        Assert.Equal("<s> < s > </s>", Tokens(tokenizer, tokenizer.Encode("<s>")));
        Assert.Equal("<s> </s>", Tokens(tokenizer, tokenizer.Encode(" \u001C\u2003")));
        Assert.Equal("<s> Ġ </s>", Tokens(Roberta, Roberta.Encode(" ")));
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

        var trimmed = Roberta.Encode(Text);
        var whole = Gpt2.Encode(Text[..16]);

        Assert.Equal("<s> hello Ġ Ġhello Ġ Ã © ð Ł ĺ Ģ <mask> </s>", Tokens(Roberta, trimmed));
        Assert.Equal(["", "hello", "", "hello", "", "é", "é", "😀", "😀", "😀", "😀", "<mask>", ""], Spans(Text, trimmed));
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
        var encoding = Roberta.Encode("abcabc", "xyz", maxLength);

        Assert.Equal((first, second), (encoding.Texts.Count(text => text == 0), encoding.Texts.Count(text => text == 1)));
    }

    [Theory]
    [InlineData(1, null, 2)]
    [InlineData(3, "b", 4)]
    public void A_limit_below_the_special_tokens_is_refused(int maxLength, string? pair, int needed) =>
        Assert.Contains(
            $"at least {needed}", Assert.Throws<MaxLengthTooSmallException>(() => Roberta.Encode("a", pair, maxLength)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Decoding_leaves_special_tokens_out_if_told_and_refuses_unknown_ids()
    {
        var ids = Roberta.Encode("hello <mask>").Ids;

        Assert.Equal("hello", Roberta.Decode(ids));
        Assert.Equal("<s>hello<mask></s>", Roberta.Decode(ids, skipSpecialTokens: false));
        Assert.Contains("99999", Assert.Throws<UnknownTokenIdException>(() => Roberta.Decode([99999])).Message, StringComparison.Ordinal);
        Assert.Throws<UnknownTokenIdException>(() => Roberta.TokenOf(-1));
        Assert.Null(Roberta.IdOf("tea"));
    }

    private static string Tokens(BytePairTokenizer tokenizer, EncodedText encoding) =>
        string.Join(' ', encoding.Ids.Select(tokenizer.TokenOf));

    private static IEnumerable<string> Spans(string text, EncodedText encoding) =>
        encoding.Offsets.Select(span => text[span.Start..span.End]);
}
