namespace Peft.Data.Tests;

/// <summary>What each file says about added tokens, and what two files may not say.</summary>
public sealed class AddedTokenFilesTests : IDisposable
{
    private const string Words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nt\n<\n>\n";
    private readonly TemporaryFolder _folder = new();

    public AddedTokenFilesTests() => _folder.Write("vocab.txt", Words);

    public void Dispose() => _folder.Dispose();

    /// <summary>A report from a public tracker: the tokens were split into pieces.</summary>
    [Theory]
    [InlineData("added_tokens.json", "special_tokens_map.json", "tokenizer_config.json")]
    [InlineData("added_tokens.json")]
    [InlineData("tokenizer_config.json")]
    public void The_tokens_of_a_reported_vocabulary_are_whole(params string[] files)
    {
        foreach (var name in (string[])["vocab.txt", .. files])
            _folder.Write(name, File.ReadAllBytes(SharedData.Require("field", "added-tokens", name)));
        var texts = File.ReadAllLines(SharedData.Require("field", "added-tokens", "texts.txt"));

        var tokenizer = WordPieceTokenizer.Load(_folder.Path);

        int[] verb = tokenizer.Encode("binds").Ids[1..^1];
        Assert.Equal(8194, tokenizer.VocabularySize);
        Assert.Equal([2, 8192, .. verb, 8193, 3], tokenizer.Encode(texts[0]).Ids);
        Assert.Equal([2, 8193, .. verb, 8192, 3], tokenizer.Encode(texts[2].ToUpperInvariant()).Ids);
        Assert.DoesNotContain(tokenizer.Encode(texts[1]).Ids, id => id >= 8192);
        Assert.Equal("<compound> binds <protein>", tokenizer.Decode(tokenizer.Encode(texts[0]).Ids));
    }

    [Fact]
    public void Ordinary_tokens_of_added_tokens_json_are_normalised_and_special_ones_are_not()
    {
        _folder.Write("added_tokens.json", """{"<T>": 10, "<A>": 11, "a": 5}""");
        _folder.Write("special_tokens_map.json", """{"additional_special_tokens": ["<A>"]}""");

        Assert.Equal("<T> < a > <A> <T> b a", Tokens("<t><a><A><T>ba"));
        Assert.Equal("<T>", WordPieceTokenizer.Load(_folder.Path).Decode([10, 11]));
    }

    [Fact]
    public void Words_are_not_split_into_tokens_that_only_a_list_has()
    {
        _folder.Write("added_tokens.json", """{"##t": 10}""");
        _folder.Write("tokenizer_config.json", """{"added_tokens_decoder": {"11": {"content": "ab", "single_word": true}}}""");

        Assert.Equal("ab [UNK] [UNK]", Tokens("ab abt at"));
        _folder.Write("vocab.txt", Words + "##t\nab\n");
        Assert.Equal("ab ab ##t a ##t", Tokens("ab abt at"));
    }

    [Fact]
    public void The_rules_of_the_decoder_stand_before_those_of_tokenizer_json_and_these_before_those_of_the_map()
    {
        const string Model = """
            "normalizer": {"type": "BertNormalizer", "lowercase": true}, "model": {"type": "WordPiece", "vocab": {"a": 5, "c": 12}}
            """;
        _folder.Write("special_tokens_map.json", """{"mask_token": {"content": "[MASK]", "lstrip": true}, "additional_special_tokens": ["<t>", "<a>"]}""");
        _folder.Write("added_tokens.json", """{"<t>": 10, "<a>": 11}""");
        Assert.Equal(["a", " [MASK]", "<t>", "<a>"], Spans("a [MASK] <t> <a>"));

        _folder.Write("tokenizer.json", $$"""{"added_tokens": [{"id": 4, "content": "[MASK]", "rstrip": true}, {"id": 10, "content": "<t>", "lstrip": true}], {{Model}} }""");
        Assert.Equal(["a", "[MASK] ", "<t>", "<a>", "c"], Spans("a [MASK] <t> <a>c"));

        _folder.Write("tokenizer_config.json", """{"added_tokens_decoder": {"10": {"content": "<t>", "rstrip": true}}}""");
        Assert.Equal(["a", "[MASK] ", "<t> ", "<a>"], Spans("a [MASK] <t> <a>"));
    }

    [Fact]
    public void Special_tokens_that_no_vocabulary_has_get_the_next_ids_in_the_order_of_transformers()
    {
        _folder.Write("vocab.txt", Words.Replace("[CLS]\n", "", StringComparison.Ordinal));
        _folder.Write("added_tokens.json", """{"<t>": 9}""");
        _folder.Write("tokenizer_config.json", """{"additional_special_tokens": ["<x>", {"content": "<y>", "lstrip": true}], "cls_token": {"__type": "AddedToken", "content": "<cls>"}, "bos_token": "<bos>"}""");

        var tokenizer = WordPieceTokenizer.Load(_folder.Path);

        Assert.Equal(["<t>", "<bos>", "<cls>", "<x>", "<y>"], Enumerable.Range(9, tokenizer.VocabularySize - 9).Select(tokenizer.TokenOf));
        Assert.Equal([11, 4, 13, 2], tokenizer.Encode("a <y>").Ids);
        Assert.Equal("a <t>", tokenizer.Decode([11, 4, 9, 10, 12, 13, 2]));
    }

    [Theory]
    [InlineData("[CLS]", "<b>", false, "[CLS]")]
    [InlineData("[CLS]", "<b>", true, "<b>")]
    [InlineData(null, "<b>", false, "<b>")]
    [InlineData("[CLS]", null, true, "[CLS]")]
    public void The_map_names_special_tokens_unless_the_config_lists_them(string? map, string? config, bool decoder, string first)
    {
        _folder.Write("added_tokens.json", """{"<b>": 10}""");
        if (map is not null) _folder.Write("special_tokens_map.json", $$"""{"cls_token": "{{map}}"}""");
        var list = decoder ? """, "added_tokens_decoder": {"10": {"content": "<b>"}}""" : "";
        _folder.Write("tokenizer_config.json", $$"""{"cls_token": {{(config is null ? "null" : $"\"{config}\"")}}{{list}} }""");

        var tokenizer = WordPieceTokenizer.Load(_folder.Path);

        Assert.Equal(first, tokenizer.TokenOf(tokenizer.ClsId));
    }

    [Fact]
    public void A_mask_that_is_only_named_keeps_roberta_s_rule()
    {
        _folder.Write("r/vocab.json", BytePairFiles.VocabularyJson(BytePairFiles.Roberta));
        _folder.Write("r/merges.txt", BytePairFiles.MergesText());
        _folder.Write("r/added_tokens.json", """{"<t>": 268}""");
        _folder.Write("r/special_tokens_map.json", """{"mask_token": "<mask>"}""");
        var folder = Path.Combine(_folder.Path, "r");

        Assert.Equal([0, 265, 4, 268, 2], BytePairTokenizer.Load(folder).Encode("hello <mask><t>").Ids);

        _folder.Write("r/special_tokens_map.json", """{"mask_token": {"content": "<mask>", "lstrip": false}}""");
        Assert.Equal([0, 265, 37, 4, 268, 2], BytePairTokenizer.Load(folder).Encode("hello <mask><t>").Ids);
    }

    private string Tokens(string text)
    {
        var tokenizer = WordPieceTokenizer.Load(_folder.Path);
        return string.Join(' ', tokenizer.Encode(text).Ids[1..^1].Select(tokenizer.TokenOf));
    }

    private IEnumerable<string> Spans(string text) =>
        WordPieceTokenizer.Load(_folder.Path).Encode(text).Offsets[1..^1].Select(span => text[span.Start..span.End]);
}
