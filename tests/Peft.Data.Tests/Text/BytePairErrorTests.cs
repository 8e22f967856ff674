namespace Peft.Data.Tests;

public sealed class BytePairErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BytePairErrorTests()
    {
        _folder.Write("vocab.json", BytePairFiles.VocabularyJson(BytePairFiles.Roberta));
        _folder.Write("merges.txt", BytePairFiles.MergesText());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("h")]
    [InlineData("h e l")]
    [InlineData("")]
    [InlineData(" h")]
    [InlineData("h  e")]
    public void A_malformed_merge_is_named_by_file_and_line(string line)
    {
        var file = _folder.Write("merges.txt", $"#version: 0.2\nh e\n{line}\nl l\n");

        Assert.Contains($"{file}:3", Assert.Throws<MergesException>(Load).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h zz", "'zz'")]
    [InlineData("zz h", "'zz'")]
    [InlineData("h h", "'hh'")]
    public void A_merge_outside_the_vocabulary_is_named_by_line_and_token(string line, string token)
    {
        var file = _folder.Write("merges.txt", $"#version: 0.2\nh e\n{line}\n");

        var message = Assert.Throws<UnknownMergeException>(Load).Message;

        Assert.Contains($"{file}:3", message, StringComparison.Ordinal);
        Assert.Contains(token, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_that_are_not_text_are_refused()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "merges.txt"), [0xFF, 0xFE]);

        Assert.Contains("UTF-8", Assert.Throws<MergesException>(Load).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void A_missing_file_of_the_two_is_named(string name)
    {
        var file = Path.Combine(_folder.Path, name);
        File.Delete(file);

        Assert.Contains(file, Assert.Throws<TokenizerFileNotFoundException>(Load).Message, StringComparison.Ordinal);
        Assert.Throws<TokenizerFileNotFoundException>(() => TokenizerFiles.Load(_folder.Path));
        Assert.Throws<TokenizerFileNotFoundException>(() => BytePairTokenizer.Load(Path.Combine(_folder.Path, "no")));
    }

    [Fact]
    public void A_folder_without_a_tokenizer_shows_what_is_there()
    {
        _folder.Write("empty/weights.bin", "");

        var error = Assert.Throws<TokenizerFileNotFoundException>(() => BytePairTokenizer.Load(Path.Combine(_folder.Path, "empty")));

        Assert.Contains("weights.bin", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "empty")]
    [InlineData("""{"a": 0, "b": 0}""", "id 0 belongs")]
    [InlineData("""{"a": 0, "b": 2}""", "without gaps")]
    [InlineData("""{"a": 0, "b": 1}""", "lacks byte 0x00")]
    public void Bad_vocabularies_are_refused(string vocabulary, string said)
    {
        var file = _folder.Write("vocab.json", vocabulary);
        _folder.Write("merges.txt", "");

        var message = Assert.Throws<VocabularyException>(Load).Message;

        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.Contains(file, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<pad>")]
    [InlineData("<mask>")]
    [InlineData("<unk>")]
    public void A_missing_special_token_is_named(string token)
    {
        _folder.Write("vocab.json", BytePairFiles.VocabularyJson(BytePairFiles.Roberta.Select(entry => entry == token ? "zzz" : entry)));

        Assert.Contains(token, Assert.Throws<MissingSpecialTokenException>(Load).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type": "BertProcessing"}""", "[]", """{"type": "ByteLevel"}""", "", "BertProcessing")]
    [InlineData("""{"type": "RobertaProcessing", "sep": "</s>"}""", "[]", """{"type": "ByteLevel"}""", "", "post_processor.cls")]
    [InlineData("""{"type": "TemplateProcessing", "single": [{}]}""", "[]", """{"type": "ByteLevel"}""", "", "post_processor.single")]
    [InlineData("""{"type": "TemplateProcessing", "single": [], "pair": []}""", "[]", """{"type": "ByteLevel"}""", "", "$A once")]
    [InlineData("null", "[]", """{"type": "Whitespace"}""", "", "Whitespace")]
    [InlineData("null", "[]", """{"type": "ByteLevel", "use_regex": false}""", "", "pre_tokenizer")]
    [InlineData("null", "[]", "null", "", "pre_tokenizer")]
    [InlineData("null", "[]", """{"type": "ByteLevel"}""", "\"byte_fallback\": true,", "byte_fallback")]
    [InlineData("null", "[]", """{"type": "ByteLevel"}""", "\"end_of_word_suffix\": \"</w>\",", "</w>")]
    [InlineData("null", """[{"id": 0, "content": "<s>", "lstrip": 1}]""", """{"type": "ByteLevel"}""", "", "lstrip")]
    public void Unsupported_settings_are_refused_by_file_and_key(
        string postProcessor, string added, string preTokenizer, string model, string said)
    {
        _folder.Write("json/tokenizer.json", BytePairFiles.TokenizerJson(BytePairFiles.Roberta, postProcessor, added, preTokenizer, model));

        var error = Assert.Throws<TokenizerConfigException>(() => BytePairTokenizer.Load(Path.Combine(_folder.Path, "json")));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vocab.json", "[]", "JSON object")]
    [InlineData("vocab.json", """{"a": "b"}""", "whole number")]
    [InlineData("tokenizer_config.json", "{", "not valid JSON")]
    [InlineData("tokenizer_config.json", """{"add_prefix_space": 1}""", "add_prefix_space")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"x": {"content": "<s>"}}}""", "added_tokens_decoder.x")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece"}}""", "WordPiece")]
    [InlineData("tokenizer.json", """{"normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE"}}""", "NFC")]
    public void Bad_json_is_refused_by_file(string name, string content, string said)
    {
        _folder.Write(name, content);

        var error = Assert.Throws<TokenizerConfigException>(Load);

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[["h"]]""")]
    [InlineData("""["h e l"]""")]
    [InlineData("[3]")]
    public void Malformed_merges_in_json_are_named_by_number(string merges)
    {
        _folder.Write(
            "json/tokenizer.json",
            $$"""{"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {"h": 0}, "merges": {{merges}} } }""");

        var error = Assert.Throws<MergesException>(() => BytePairTokenizer.Load(Path.Combine(_folder.Path, "json")));

        Assert.Contains("model.merges[0]", error.Message, StringComparison.Ordinal);
    }

    private BytePairTokenizer Load() => BytePairTokenizer.Load(_folder.Path);
}
