using System.Text;

namespace Peft.Data.Tests;

public sealed class BytePairTests
{
    private static readonly BytePairTokenizer s_roberta = new(BytePairFiles.Roberta, BytePairFiles.Merges);
    private static readonly BytePairTokenizer s_gpt2 = new(BytePairFiles.Gpt2, BytePairFiles.Merges);

    public static TheoryData<string, string[]> Words => new()
    {
        { "I'm you'll it's 'tis 'S", ["I", "'m", " you", "'ll", " it", "'s", " '", "tis", " '", "S"] },
        { "ab12 3c!? d", ["ab", "12", " 3", "c", "!?", " d"] },
        { "a  b\n\nc\t d  ", ["a", " ", " b", "\n", "\n", "c", "\t", " d", "  "] },
        { "  ", ["  "] },
        { "\u00A0a\u3000\u3000b\u200Bc\u001Cd", ["\u00A0", "a", "\u3000", "\u3000", "b", "\u200B", "c", "\u001C", "d"] },
        { "𝔘a𝟘1😀!中é½Ⅻ", ["𝔘a", "𝟘1", "😀!", "中é", "½Ⅻ"] },
        { "e\u0301 \uD800x\uDC00", ["e", "\u0301", " \uD800", "x", "\uDC00"] },
        { "!!'s'", ["!!'", "s", "'"] },
        { "'", ["'"] },
        { "'r'v'l", ["'", "r", "'", "v", "'", "l"] },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void Text_is_split_as_by_the_pattern(string text, string[] words)
    {
        var found = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = WordScanner.End(text, start);
            found.Add(text[start..end]);
            start = end;
        }

        Assert.Equal(words, found);
    }

    [Theory]
    [InlineData("hello hello", "hello Ġhello")]
    [InlineData("hehooo", "he h oo o")]
    [InlineData("é", "Ã ©")]
    [InlineData("", "")]
    public void Bytes_are_merged_by_the_earliest_learned_pair(string text, string tokens) =>
        Assert.Equal(tokens, string.Join(' ', s_gpt2.Encode(text).Ids.Select(s_gpt2.TokenOf)));

    [Fact]
    public void Long_words_merge_as_short_ones()
    {
        var random = new Random(5);
        var tokens = BytePairFiles.Gpt2;
        (string, string)[] learned =
            [.. BytePairFiles.Merges, ("l", "o"), ("oo", "h"), ("lo", "lo"), ("e", "e"), ("ee", "ee"), ("ee", "e"), ("l", "he")];
        tokens = [.. tokens.Union(learned.Select(merge => merge.Item1 + merge.Item2))];
        var vocabulary = new BytePairVocabulary(
            VocabularyTokens.FromModel(tokens), [.. learned.Select(merge => new MergePair(merge.Item1, merge.Item2, "here"))],
            BytePairOptions.Gpt2, "here");
        var merger = new BytePairMerger(vocabulary.Merges);
        for (var round = 0; round < 2000; round++)
        {
            var pieces = Enumerable.Range(0, random.Next(1, 60))
                .Select(i => new Piece { Id = vocabulary.IdOfByte((byte)"helo"[random.Next(4)]), Start = i, End = i + 1 }).ToArray();
            var again = pieces.ToArray();
            Assert.Equal(again[..merger.MergeLong(again)], pieces[..merger.MergeShort(pieces)]);
        }
    }

    [Fact]
    public void A_word_without_end_takes_no_quadratic_time() => Assert.Equal(250_000, s_gpt2.Encode(new string('o', 500_000)).Length);

    [Fact]
    public void Any_text_decodes_to_itself()
    {
        var random = new Random(6);
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 40)).Select(_ => RandomRune(random).ToString()));
            Assert.Equal(text, s_roberta.Decode(s_roberta.Encode(text).Ids));
        }
    }

    [Fact]
    public void Any_bytes_decode_to_themselves()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(0, 60)];
            random.NextBytes(bytes);
            if (round % 2 == 0) bytes = [.. bytes.Select(value => (byte)(value % 3 == 0 ? ' ' : value | 0xC0)), .. "né 😀"u8];
            Assert.Equal(bytes, s_gpt2.DecodeUtf8(s_gpt2.EncodeUtf8(bytes)));
        }

        Assert.Equal(s_gpt2.Encode("né 😀 hello").Ids, s_gpt2.EncodeUtf8("né 😀 hello"u8));
        Assert.Equal("\uFFFD", s_gpt2.Decode(s_gpt2.EncodeUtf8([0xFF])));
    }

    [Fact]
    public void An_unpaired_surrogate_is_the_replacement_character()
    {
        foreach (var text in (string[])["a\uDCFF", "a\uD800"])
            Assert.Equal(s_gpt2.Encode("a\uFFFD").Ids, s_gpt2.Encode(text).Ids);

        // The same unit stands for a byte where bytes are encoded: neither may find the other's pieces in the word cache.
        Assert.Equal([1 + 'a', 1 + 0xFF], s_gpt2.EncodeUtf8([(byte)'a', 0xFF]));
        Assert.Equal(s_gpt2.Encode("a\uFFFD").Ids, s_gpt2.Encode("a\uDCFF").Ids);
    }

    [Fact]
    public void The_word_cache_is_bounded()
    {
        var tokenizer = new BytePairTokenizer(BytePairFiles.Gpt2, BytePairFiles.Merges);
        var words = new StringBuilder();
        for (var i = 0; i < BytePairWordCache.Capacity + 100; i++)
            words.Append(' ').Append(string.Concat(i.ToString("X5", null).Select(digit => (char)(digit + 'a' - '0'))));
        words.Append(' ').Append('y', BytePairWordCache.LongestWord + 1);

        var ids = tokenizer.Encode(words.ToString()).Ids;

        Assert.Equal(words.ToString(), tokenizer.Decode(ids));
        Assert.InRange(tokenizer.CachedWords, 1, BytePairWordCache.Capacity);
        Assert.Equal(100, tokenizer.CachedWords % BytePairWordCache.Capacity);
    }

    [Fact]
    public async Task Threads_may_share_a_tokenizer()
    {
        var texts = Enumerable.Range(0, 200).Select(i => string.Join(' ', Enumerable.Repeat(i % 2 == 0 ? "hello é" : "oo! <mask>", i)))
            .ToArray();
        var expected = texts.Select(text => s_roberta.Encode(text).Ids).ToArray();

        var found = await Task.WhenAll(texts.Select(text => Task.Run(() => s_roberta.Encode(text).Ids)));

        Assert.Equal(expected, found);
    }

    private static Rune RandomRune(Random random)
    {
        var limit = random.Next(4) switch { 0 => 0x80, 1 => 0x800, 2 => 0x10000, _ => 0x110000 };
        var value = random.Next(limit);
        return Rune.IsValid(value) ? new Rune(value) : new Rune(' ');
    }
}
