namespace Peft.Data.Tests;

/// <summary>The rules of added tokens, with pieces and offsets worked out by hand.</summary>
public sealed class AddedTokenRulesTests
{
    private static readonly string[] s_words =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
        "a", "b", "##a", "##b", "<", ">", "t", "##t", "-", "_", "t\u00E1", "<t>", "Ta", "<t>a",
    ];

    /// <summary>Rules as letters (l, r: strip; w: single word; n: normalised), token, text, pieces, offsets.</summary>
    public static TheoryData<string, string, string, string, string> WordPieceCases => new()
    {
        { "", "<t>", "a<t>b", "a <t> b", "0-1 1-4 4-5" },
        { "", "<t>", "<t><t>", "<t> <t>", "0-3 3-6" },
        { "", "<t>", "A<T>b", "a < t > b", "0-1 1-2 2-3 3-4 4-5" },
        { "n", "<t>", "A<T>b", "a <t> b", "0-1 1-4 4-5" },
        { "n", "<t>", "<\u0085t\u200B>", "<t>", "0-5" },                  // cleaning brings it out
        { "", "<t>", "<\u0085t>", "< t >", "0-1 2-3 3-4" },
        { "n", "Ta", "bTÁb", "b Ta b", "0-1 1-3 3-4" },                   // the token itself is normalised, too
        { "n", "Ta", "ta\u0301a", "Ta a", "0-2 3-4" },
        { "", "Ta", "bTab", "b Ta b", "0-1 1-3 3-4" },
        { "", "Ta", "ta", "t ##a", "0-1 1-2" },
        { "l", "<t>", "a \r\u0085<t> b", "a <t> b", "0-1 1-7 8-9" },
        { "r", "<t>", "a<t>\u2028\u2029\v\f b", "a <t> b", "0-1 1-9 9-10" },
        { "lr", "<t>", "<t> <t>", "<t> <t>", "0-4 4-7" },                 // the blank is covered once
        { "l", "<t>", "a\u001C<t>", "a <t>", "0-1 2-5" },                 // a blank of Python's, but not of the regular expressions
        { "ln", "<t>", "a \u0085<T> b", "a <t> b", "0-1 1-6 7-8" },
        { "rn", "<t>", "a<T>\u2028 b", "a <t> b", "0-1 1-6 6-7" },
        { "w", "<t>", "a<t>", "a < t >", "0-1 1-2 2-3 3-4" },
        { "w", "<t>", "<t>_", "< t > _", "0-1 1-2 2-3 3-4" },
        { "w", "<t>", "-<t>-", "- <t> -", "0-1 1-4 4-5" },
        { "w", "<t>", "a <t> b", "a <t> b", "0-1 2-5 6-7" },
        { "w", "<t>", "<t>\u0301", "< t >", "0-1 1-2 2-3" },              // an accent belongs to words
        { "w", "<t>", "<t>\u00B2", "<t> [UNK]", "0-3 3-4" },              // a superscript does not
        { "w", "<t>", "<t>\u24D0", "< t > [UNK]", "0-1 1-2 2-3 3-4" },    // a letter in a circle does
        { "w", "<t>", "<t>\u200D", "< t >", "0-1 1-2 2-3" },              // so does a joiner
        { "w", "<t>", "<t>\U0001D400", "< t > [UNK]", "0-1 1-2 2-3 3-5" },
        { "wn", "<t>", "a\u0085<T>", "a < t >", "0-1 2-3 3-4 4-5" },      // neighbours are those of the normalised text
        { "wl", "<t>", "b  <t>", "b <t>", "0-1 1-6" },
        { "w", "<t>a", "<t>ab", "< t > a ##b", "0-1 1-2 2-3 3-4 4-5" },
    };

    [Theory]
    [MemberData(nameof(WordPieceCases))]
    public void WordPiece_follows_them(string rules, string token, string text, string pieces, string offsets)
    {
        var tokenizer = new WordPieceTokenizer(s_words, new WordPieceOptions { AddedTokens = [Token(token, rules)] });

        var encoding = tokenizer.Encode(text);

        Assert.Equal(pieces, string.Join(' ', encoding.Ids[1..^1].Select(tokenizer.TokenOf)));
        Assert.Equal(offsets, Offsets(encoding.Offsets[1..^1]));
    }

    public static TheoryData<string, string, string, string> BytePairCases => new()
    {
        { "", "hello<t>hello", "hello <t> hello", "0-5 5-8 8-13" },
        { "", "hello <t> hello", "hello Ġ <t> Ġhello", "0-5 5-6 6-9 9-15" },
        { "", "<T>", "< T >", "0-1 1-2 2-3" },
        { "n", "<T><t>", "< T > <t>", "0-1 1-2 2-3 3-6" },                // there is no normaliser: case counts
        { "l", "hello \u2028\r<t> o", "hello <t> Ġ o", "0-5 5-11 11-12 12-13" },
        { "r", "o<t>\u0085\v\fo", "o <t> o", "0-1 1-7 7-8" },
        { "w", "o<t>", "o < t >", "0-1 1-2 2-3 3-4" },
        { "w", "o <t>", "o Ġ <t>", "0-1 1-2 2-5" },
        { "lr", " <t>  <t> ", "<t> <t>", "0-6 6-10" },
    };

    [Theory]
    [MemberData(nameof(BytePairCases))]
    public void Byte_level_bpe_follows_them(string rules, string text, string pieces, string offsets)
    {
        var tokenizer = new BytePairTokenizer(
            [.. BytePairFiles.Gpt2, "<t>"], BytePairFiles.Merges, BytePairOptions.Gpt2 with { AddedTokens = [Token("<t>", rules)] });

        var encoding = tokenizer.Encode(text);

        Assert.Equal(pieces, string.Join(' ', encoding.Ids.Select(tokenizer.TokenOf)));
        Assert.Equal(offsets, Offsets(encoding.Offsets));
    }

    [Fact]
    public void The_first_pass_is_over_before_the_normalised_text_is_searched()
    {
        var options = new WordPieceOptions { AddedTokens = [Token("<t>", ""), Token("<t>a", "n")] };
        var tokenizer = new WordPieceTokenizer(s_words, options);

        // The longer token begins where the first one stood.
        Assert.Equal("<t> a <t>a", string.Join(' ', tokenizer.Encode("<t>a<T>a").Ids[1..^1].Select(tokenizer.TokenOf)));
    }

    [Fact]
    public void A_rejected_token_hides_shorter_ones()
    {
        var options = new WordPieceOptions { AddedTokens = [Token("<t>", ""), Token("<t>a", "w")] };
        var tokenizer = new WordPieceTokenizer(s_words, options);

        Assert.Equal("< t > a ##b <t>", string.Join(' ', tokenizer.Encode("<t>ab<t>").Ids[1..^1].Select(tokenizer.TokenOf)));
    }

    [Fact]
    public void Accents_that_are_kept_are_searched_as_they_are_written()
    {
        var options = new WordPieceOptions { LowerCase = false, AddedTokens = [Token("t\u00E1", "n")] };
        var tokenizer = new WordPieceTokenizer(s_words, options);

        Assert.Equal([15], tokenizer.Encode("t\u00E1").Ids[1..^1]);
        Assert.Equal("b t\u00E1", string.Join(' ', tokenizer.Encode("b ta\u0301").Ids[1..^1].Select(tokenizer.TokenOf)));
        Assert.Equal("[UNK]", string.Join(' ', tokenizer.Encode("ata\u0301").Ids[1..^1].Select(tokenizer.TokenOf)));
    }

    [Theory]
    [InlineData("", "<t>")]
    [InlineData("w", "< t > a")]
    public void Special_tokens_that_cleaning_brings_out_are_whole_unless_their_neighbours_matter(string rules, string pieces)
    {
        var options = new WordPieceOptions { LowerCase = false, AddedTokens = [Token("<t>", rules)] };
        var tokenizer = new WordPieceTokenizer(s_words, options);
        var text = rules.Length == 0 ? "<t\u200B>" : "<t>a";

        Assert.Equal(pieces, string.Join(' ', tokenizer.Encode(text).Ids[1..^1].Select(tokenizer.TokenOf)));
    }

    [Fact]
    public void A_space_is_put_before_each_text_between_tokens()
    {
        var options = BytePairOptions.Gpt2 with { AddPrefixSpace = true, AddedTokens = [Token("<t>", ""), Token("<u>", "n")] };
        var tokenizer = new BytePairTokenizer([.. BytePairFiles.Gpt2, "<t>", "<u>"], BytePairFiles.Merges, options);

        var encoding = tokenizer.Encode("hello<t>hello<u> hello\n<t>\no");

        Assert.Equal("Ġhello <t> Ġhello <u> Ġhello Ċ <t> Ġ Ċ o", string.Join(' ', encoding.Ids.Select(tokenizer.TokenOf)));
        Assert.Equal("0-5 5-8 8-13 13-16 16-22 22-23 23-26 26-26 26-27 27-28", Offsets(encoding.Offsets));
    }

    [Fact]
    public void An_added_token_decodes_to_its_own_text()
    {
        // In the encoding of bytes, é would be the byte 0xE9 and Ġ a blank.
        var options = BytePairOptions.Gpt2 with { AddedTokens = [Token("<é>", "n"), Token("Ġ:", "n") with { Special = false }] };
        var tokenizer = new BytePairTokenizer([.. BytePairFiles.Gpt2, "<é>", "Ġ:"], BytePairFiles.Merges, options);

        var ids = tokenizer.Encode("o<é>Ġ:\u0085").Ids;

        Assert.Equal("o<é>Ġ:\u0085", tokenizer.Decode(ids, skipSpecialTokens: false));
        Assert.Equal("oĠ:\u0085", tokenizer.Decode(ids));
    }

    private static AddedToken Token(string content, string rules) => new(content)
    {
        StripLeft = rules.Contains('l'),
        StripRight = rules.Contains('r'),
        SingleWord = rules.Contains('w'),
        Normalized = rules.Contains('n'),
    };

    private static string Offsets(IEnumerable<TextSpan> spans) => string.Join(' ', spans.Select(span => $"{span.Start}-{span.End}"));
}
