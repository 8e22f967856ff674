namespace Peft.Data.Tests;

/// <summary>Lines end at LF or CRLF and nowhere else, in files and in texts.</summary>
public sealed class LineEndTests : IDisposable
{
    /// <summary>CR, NEL, LS, PS, VT, FF.</summary>
    private const string Others = "\r\u0085\u2028\u2029\v\f";

    private static readonly string[] s_special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\n", true)]
    [InlineData("\n", false)]
    [InlineData("\r\n", true)]
    [InlineData("\r\n", false)]
    public void A_token_of_vocab_txt_may_hold_any_other_character(string end, bool lastEnds)
    {
        string[] tokens = [.. s_special, .. Others.Select(other => $"a{other}b"), .. Others[1..].Select(other => $"a{other}"), "a\r\rb"];
        _folder.Write("vocab.txt", string.Join(end, tokens) + (lastEnds ? end : ""));

        var tokenizer = WordPieceTokenizer.Load(_folder.Path);

        Assert.Equal(tokens, Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenOf));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_merge_may_hold_any_other_character(string end)
    {
        var lines = Others.Select(other => $"a{other}a {other}b");
        var file = _folder.Write("merges.txt", "#version: 0.2" + end + string.Concat(lines.Select(line => line + end)) + "a b\r\r\n");

        var merges = MergesFile.Read(file);

        Assert.Equal(
            Others.Select(other => ($"a{other}a", $"{other}b")).Append(("a", "b\r")), merges.Select(merge => (merge.Left, merge.Right)));
        Assert.Equal($"{file}:8", merges[^1].Place);
    }

    [Fact]
    public void A_text_may_hold_any_of_them()
    {
        var wordPiece = new WordPieceTokenizer([.. s_special, "a", "b", "##b"]);
        var bytePair = new BytePairTokenizer(BytePairFiles.Gpt2, BytePairFiles.Merges);
        const string Text = "a\rb\u0085b\u2028b\u2029b\vb\fb\r\nb";

        // BERT removes the controls NEL, VT and FF; the others are blanks.
        Assert.Equal(
            "a b ##b b b ##b ##b b", string.Join(' ', wordPiece.Encode(Text).Ids[1..^1].Select(wordPiece.TokenOf)));
        Assert.Equal(Text, bytePair.Decode(bytePair.Encode(Text).Ids));
    }

    [Fact]
    public void An_added_token_may_hold_any_of_them()
    {
        var tokens = Others.Select((other, index) => KeyValuePair.Create($"<{other}>", 5 + index)).ToDictionary();
        _folder.Write("vocab.txt", string.Join('\n', s_special));
        _folder.Write("added_tokens.json", System.Text.Json.JsonSerializer.Serialize(tokens));
        _folder.Write("special_tokens_map.json", System.Text.Json.JsonSerializer.Serialize(
            new Dictionary<string, IEnumerable<string>> { ["additional_special_tokens"] = tokens.Keys }));

        var tokenizer = WordPieceTokenizer.Load(_folder.Path);

        Assert.Equal([2, 5, 6, 7, 8, 9, 10, 3], tokenizer.Encode(string.Concat(tokens.Keys)).Ids);
    }
}
