namespace Peft.Data.Tests;

public sealed class WordPieceRulesTests
{
    private static readonly string[] s_vocabulary =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
        "a", "b", "##b", "un", "##aff", "##able", "cafe", "café", "i", "σας", "σασ", "中", "文", "!", "$", "-", "x",
        "##x", "한", "각", "É", "A", "\U0001F600", "##\U0001F600",
    ];

    private static readonly WordPieceTokenizer s_uncased = new(s_vocabulary);
    private static readonly WordPieceTokenizer s_cased = new(s_vocabulary, new WordPieceOptions { LowerCase = false });

    public static TheoryData<string, string> UncasedCases => new()
    {
        { "unaffable", "un ##aff ##able" },
        { "  a \t b\r\nab ", "a b a ##b" },
        { "A!$-b", "a ! $ - b" },
        { "Café CAFE\u0301", "cafe cafe" },
        { "a\0\uFFFD\u200B\u0007b", "a ##b" },          // controls, formats, U+FFFD and zero vanish: the word stays one
        { "a\u00A0b\u3000a\u2028b\u2029a", "a b a b a" },  // blanks of every kind, and U+2028/9, which only splitting removes
        { "a\uD800b", "a ##b" },                            // a surrogate without its partner
        { "a中文b", "a 中 文 b" },
        { "İ", "i" },                                       // lower case is two code points, the accent goes
        { "ΣΑΣ", "σασ" },                                   // letter by letter: no final sigma, unlike "ΣΑΣ".lower()
        { "[MASK][SEP]a[mask]", "[MASK] [SEP] a [UNK] [UNK] [UNK]" },
        { "😀😀", "😀 ##😀" },
        { "hello", "[UNK]" },
        { "", "" },
        { "\u0301", "" },                                   // an accent alone leaves nothing
    };

    public static TheoryData<string, string> CasedCases => new()
    {
        { "cafe\u0301 café cafe", "café café cafe" },       // composed first, accents kept
        { "E\u0301 A a", "É A a" },
        { "\u1112\u1161\u11AB \uAC00\u11A8", "한 각" },
        { "[MA\u200BSK]", "[MASK]" },                        // cleaning brings the special token out: it stays whole
        { "CAFE", "[UNK]" },
    };

    [Theory]
    [MemberData(nameof(UncasedCases))]
    public void Uncased_rules(string text, string tokens) => Assert.Equal(tokens, Tokens(s_uncased, text));

    [Theory]
    [MemberData(nameof(CasedCases))]
    public void Cased_rules(string text, string tokens) => Assert.Equal(tokens, Tokens(s_cased, text));

    [Fact]
    public void Accents_can_be_kept_while_lower_casing()
    {
        var tokenizer = new WordPieceTokenizer(s_vocabulary, new WordPieceOptions { StripAccents = false });

        Assert.Equal("café", Tokens(tokenizer, "CAFE\u0301"));
    }

    [Fact]
    public void Ideographs_can_be_left_in_their_word() =>
        Assert.Equal("[UNK]", Tokens(new WordPieceTokenizer(s_vocabulary, new WordPieceOptions { SplitIdeographs = false }), "中文"));

    [Theory]
    [InlineData(100, "x", 100)]
    [InlineData(101, "[UNK]", 1)]
    public void Words_of_more_than_a_hundred_characters_are_unknown(int length, string first, int count)
    {
        var ids = s_uncased.Encode(new string('X', length)).Ids[1..^1];

        Assert.Equal((first, count), (s_uncased.TokenOf(ids[0]), ids.Length));
    }

    [Fact]
    public void Word_length_counts_code_points_not_characters()
    {
        var hundred = string.Concat(Enumerable.Repeat("😀", 100));

        Assert.Equal(100, s_uncased.Encode(hundred).Length - 2);
        Assert.Equal("[UNK]", Tokens(s_uncased, hundred + "😀"));
    }

    [Fact]
    public void Added_tokens_count_as_themselves_and_the_longest_wins()
    {
        var options = new WordPieceOptions { AddedTokens = [new AddedToken("<a>"), new AddedToken("<a>b")] };
        var tokenizer = new WordPieceTokenizer([.. s_vocabulary, "<a>", "<a>b"], options);

        Assert.Equal("x <a>b <a> a", Tokens(tokenizer, "X<a>b <a>a"));
    }

    private static string Tokens(WordPieceTokenizer tokenizer, string text) =>
        string.Join(' ', tokenizer.Encode(text).Ids[1..^1].Select(tokenizer.TokenOf));
}
