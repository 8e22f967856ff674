namespace Peft.Data.Tests;

public sealed class LoadingTests : IDisposable
{
    private const string Tokens = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nA\na\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_rules_come_from_tokenizer_config()
    {
        _folder.Write("vocab.txt", Tokens);
        _folder.Write("tokenizer_config.json", """{"do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false, "model_max_length": 128}""");

        var tokenizer = WordPieceTokenizer.Load(_folder.Path);

        Assert.Equal(new WordPieceOptions {
            LowerCase = false, StripAccents = true, SplitIdeographs = false, ModelMaxLength = 128 }, tokenizer.Options);
        Assert.Equal([2, 5, 3], tokenizer.Encode("Á").Ids);
        Assert.Equal([2, 6, 3], WordPieceTokenizer.Load(_folder.Path, new WordPieceOptions()).Encode("Á").Ids);
    }

    [Fact]
    public void The_rules_come_from_tokenizer_json_where_the_config_is_silent()
    {
        _folder.Write("tokenizer.json", """
            {"added_tokens": [{"id": 7, "content": "<x>"}], "normalizer": {"type": "BertNormalizer", "lowercase": false, "strip_accents": null},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 6, "A": 5}}}
            """);
        _folder.Write("tokenizer_config.json", """{"model_max_length": 1000000000000000019884624838656, "cls_token": {"content": "[MASK]"}}""");

        var tokenizer = WordPieceTokenizer.Load(_folder.Path);

        Assert.Equal([4, 5, 6, 7, 3], tokenizer.Encode("A a<x>").Ids);
        Assert.Null(tokenizer.ModelMaxLength);
    }

    [Fact]
    public void Windows_line_ends_are_taken()
    {
        var file = _folder.Write("vocab.txt", Tokens.Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Equal([2, 6, 3], WordPieceTokenizer.Load(file).Encode("a").Ids);
    }

    [Fact]
    public void Missing_files_are_named()
    {
        _folder.Write("weights.bin", "");

        var none = Assert.Throws<TokenizerFileNotFoundException>(() => WordPieceTokenizer.Load(_folder.Path));
        Assert.Contains("weights.bin", none.Message, StringComparison.Ordinal);
        Assert.Throws<TokenizerFileNotFoundException>(() => WordPieceTokenizer.Load(Path.Combine(_folder.Path, "no", "vocab.txt")));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("[PAD]\n\na\n", "line 2")]
    [InlineData("a\nb\na\n", "'a' stands twice, as id 0 and as id 2")]
    public void Bad_vocabularies_are_refused(string content, string said)
    {
        var file = _folder.Write("vocab.txt", content);

        var error = Assert.Throws<VocabularyException>(() => WordPieceTokenizer.Load(file));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_that_is_not_text_is_refused()
    {
        var file = Path.Combine(_folder.Path, "vocab.txt");
        File.WriteAllBytes(file, [0xFF, 0xFE, 0x41]);

        Assert.Contains("UTF-8", Assert.Throws<VocabularyException>(() => WordPieceTokenizer.Load(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[UNK]")]
    [InlineData("[CLS]")]
    [InlineData("[SEP]")]
    [InlineData("[PAD]")]
    [InlineData("[MASK]")]
    public void A_missing_special_token_is_named(string token)
    {
        var file = _folder.Write("vocab.txt", Tokens.Replace(token, "z", StringComparison.Ordinal));

        Assert.Contains(token, Assert.Throws<MissingSpecialTokenException>(
            () => WordPieceTokenizer.Load(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer_config.json", "{", "not valid JSON")]
    [InlineData("tokenizer_config.json", "[]", "JSON object")]
    [InlineData("tokenizer_config.json", """{"do_lower_case": "yes"}""", "do_lower_case")]
    [InlineData("tokenizer_config.json", """{"model_max_length": 0.5}""", "model_max_length")]
    [InlineData("tokenizer_config.json", """{"cls_token": 3}""", "cls_token")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE"}}""", "BPE")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece", "continuing_subword_prefix": "@"}}""", "@")]
    [InlineData("tokenizer.json", """{}""", "model")]
    public void Bad_json_is_refused_by_file_and_key(string name, string content, string said)
    {
        _folder.Write("vocab.txt", Tokens);
        _folder.Write(name, content);

        var error = Assert.Throws<TokenizerConfigException>(() => WordPieceTokenizer.Load(_folder.Path));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a": 0, "b": 0}""")]
    [InlineData("""{"a": 0, "b": 2}""")]
    [InlineData("""{"a": 0, "a": 1}""")]
    [InlineData("""{}""")]
    public void Bad_ids_in_json_are_refused(string vocabulary)
    {
        var file = _folder.Write(
            "tokenizer.json",
            """{"model": {"type": "WordPiece", "vocab": VOCABULARY}}""".Replace("VOCABULARY", vocabulary, StringComparison.Ordinal));

        Assert.Throws<VocabularyException>(() => WordPieceTokenizer.Load(file));
    }
}
