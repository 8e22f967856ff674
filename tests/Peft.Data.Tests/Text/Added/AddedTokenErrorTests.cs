namespace Peft.Data.Tests;

/// <summary>Files of added tokens that contradict each other or cannot be read.</summary>
public sealed class AddedTokenErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AddedTokenErrorTests()
    {
        _folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n");
        _folder.Write("bpe/vocab.json", BytePairFiles.VocabularyJson(BytePairFiles.Gpt2));
        _folder.Write("bpe/merges.txt", BytePairFiles.MergesText());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("added_tokens.json", """{"<x>": 5}""", "id 5 belongs to 'a'", "vocab.txt")]
    [InlineData("added_tokens.json", """{"b": 7}""", "'b' has id 7", "vocab.txt says 6")]
    [InlineData("added_tokens.json", """{"<x>": 8}""", "id 7", "without gaps")]
    [InlineData("added_tokens.json", """{"<x>": 2000000000}""", "id 7", "without gaps")]
    [InlineData("added_tokens.json", """{"<x>": -1}""", "'<x>' has id -1", "from 0")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"5": {"content": "<x>"}}}""", "id 5 belongs to 'a'", "vocab.txt")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"9": {"content": "<x>"}}}""", "id 7", "without gaps")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece", "vocab": {"a": 6}}}""", "'a' has id 6", "vocab.txt says 5")]
    [InlineData("tokenizer.json", """{"added_tokens": [{"id": 0, "content": "a"}], "model": {"type": "WordPiece"}}""", "'a' has id 0", "vocab.txt says 5")]
    public void Contradictions_and_gaps_are_refused_by_file(string name, string content, string said, string other)
    {
        _folder.Write(name, content);

        var message = Assert.Throws<VocabularyException>(() => WordPieceTokenizer.Load(_folder.Path)).Message;

        Assert.Contains(Path.Combine(_folder.Path, name), message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.Contains(other, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "vocab.txt")]
    [InlineData("bpe", "vocab.json")]
    public void Two_ids_of_a_token_are_refused_by_both_files(string kind, string model)
    {
        var folder = Path.Combine(_folder.Path, kind);
        var size = kind == "bpe" ? BytePairFiles.Gpt2.Length : 7;
        _folder.Write(Path.Combine(kind, "added_tokens.json"), $$"""{"<x>": {{size}}}""");
        Assert.Equal(size + 1, TokenizerFiles.Load(folder).VocabularySize);
        _folder.Write(
            Path.Combine(kind, "tokenizer_config.json"),
            $$"""{"added_tokens_decoder": {"{{size}}": {"content": "<y>"}, "{{size + 1}}": {"content": "<x>"} } }""");

        var message = Assert.Throws<VocabularyException>(() => TokenizerFiles.Load(folder)).Message;

        Assert.Contains(Path.Combine(folder, "added_tokens.json"), message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder, "tokenizer_config.json"), message, StringComparison.Ordinal);
        Assert.DoesNotContain(model, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("added_tokens.json", """{"<x>": "7"}""", "'<x>' must be a whole number")]
    [InlineData("added_tokens.json", """{"<x>": 7.5}""", "'<x>' must be a whole number")]
    [InlineData("added_tokens.json", """["<x>"]""", "JSON object")]
    [InlineData("special_tokens_map.json", """{"cls_token": 3}""", "'cls_token'")]
    [InlineData("special_tokens_map.json", """{"cls_token": {"lstrip": true}}""", "'cls_token'")]
    [InlineData("special_tokens_map.json", """{"additional_special_tokens": "<x>"}""", "'additional_special_tokens'")]
    [InlineData("special_tokens_map.json", """{"additional_special_tokens": ["<x>", 3]}""", "'additional_special_tokens[1]'")]
    [InlineData("special_tokens_map.json", "{", "not valid JSON")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": ["<x>"]}""", "'added_tokens_decoder'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"7": "<x>"}}""", "'added_tokens_decoder.7'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"+7": {"content": "<x>"}}}""", "'added_tokens_decoder.+7'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"7": {"content": "<x>", "rstrip": "no"}}}""", "rstrip")]
    [InlineData("tokenizer.json", """{"added_tokens": {"<x>": 7}, "model": {"type": "WordPiece"}}""", "'added_tokens'")]
    [InlineData("tokenizer.json", """{"added_tokens": [{"content": "<x>"}], "model": {"type": "WordPiece"}}""", "'added_tokens[0].id'")]
    [InlineData("tokenizer.json", """{"added_tokens": [{"id": 1e30, "content": "<x>"}], "model": {"type": "WordPiece"}}""", "'added_tokens[0].id'")]
    [InlineData("tokenizer.json", """{"added_tokens": [{"id": 7}], "model": {"type": "WordPiece"}}""", "'added_tokens[0]'")]
    public void Files_that_cannot_be_read_are_refused_by_key(string name, string content, string said)
    {
        _folder.Write(name, content);

        var message = Assert.Throws<TokenizerConfigException>(() => WordPieceTokenizer.Load(_folder.Path)).Message;

        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_are_given_do_not_change_the_ids()
    {
        _folder.Write("added_tokens.json", """{"<x>": 7}""");

        var tokenizer = WordPieceTokenizer.Load(_folder.Path, new WordPieceOptions());

        Assert.Equal((8, 7), (tokenizer.VocabularySize, tokenizer.IdOf("<x>")));
    }
}
