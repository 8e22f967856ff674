namespace Peft.Data.Tests;

public sealed class BytePairLoadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vocab.json", "merges.txt")]
    [InlineData("encoder.json", "vocab.bpe")]
    public void The_two_files_are_read_under_both_names_and_from_either(string vocabulary, string merges)
    {
        WritePair(vocabulary, merges);

        foreach (var path in (string[])[_folder.Path, Path.Combine(_folder.Path, vocabulary), Path.Combine(_folder.Path, merges)])
            Assert.Equal("<s> hello </s>", Tokens(BytePairTokenizer.Load(path), "hello"));
    }

    [Fact]
    public void Merges_may_lack_the_version_and_have_windows_line_ends()
    {
        WritePair();
        _folder.Write("merges.txt", BytePairFiles.MergesText(version: "").Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Equal("<s> hello </s>", Tokens(BytePairTokenizer.Load(_folder.Path), "hello"));
    }

    [Theory]
    [InlineData("""{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": true}""", "<s> hello </s>", "<s> hello </s> </s> hello </s>")]
    [InlineData("""{"type": "ByteLevel", "trim_offsets": false}""", "hello", "hello hello")]
    [InlineData("null", "hello", "hello hello")]
    [InlineData(
        """
        {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "</s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}]}]}
        """,
        "</s> hello", "hello <s> hello")]
    public void Tokenizer_json_says_what_stands_around_a_text(string postProcessor, string one, string two)
    {
        _folder.Write("tokenizer.json", BytePairFiles.TokenizerJson(BytePairFiles.Roberta, postProcessor));

        var tokenizer = BytePairTokenizer.Load(_folder.Path);

        Assert.Equal((one, two), (Tokens(tokenizer, "hello"), Tokens(tokenizer, "hello", "hello")));
    }

    [Fact]
    public void Tokenizer_json_gives_prefix_and_added_tokens_and_the_config_has_the_last_word()
    {
        _folder.Write("tokenizer.json", BytePairFiles.TokenizerJson(
            BytePairFiles.Gpt2, "null", """[{"id": 264, "content": "<x>", "lstrip": true}, {"id": 0, "content": "<|endoftext|>"}]""",
            """{"type": "Sequence", "pretokenizers": [{"type": "ByteLevel", "add_prefix_space": true}]}"""));
        var alone = BytePairTokenizer.Load(_folder.Path);
        Assert.Equal("Ġhello <x> <|endoftext|>", Tokens(alone, "hello <x><|endoftext|>"));
        Assert.Equal(0, alone.PadId);

        _folder.Write("tokenizer_config.json", """{"add_prefix_space": false, "pad_token": {"content": "<x>"}, "model_max_length": 1024}""");
        var configured = BytePairTokenizer.Load(_folder.Path);
        Assert.Equal(("hello", 264, 1024), (Tokens(configured, "hello"), configured.PadId, configured.ModelMaxLength));
        Assert.Equal("hello", Tokens(BytePairTokenizer.Load(_folder.Path, BytePairOptions.Gpt2), "hello"));
    }

    [Fact]
    public void The_config_may_add_and_rename_tokens()
    {
        WritePair();
        _folder.Write("vocab.json", BytePairFiles.VocabularyJson(BytePairFiles.Roberta.Select(token => token == "<mask>" ? "[M]" : token)));
        _folder.Write("tokenizer_config.json", """
            {"mask_token": "[M]", "cls_token": "<unk>", "sep_token": "</s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>",
             "added_tokens_decoder": {"268": {"content": "<y>", "special": false}}}
            """);

        var tokenizer = BytePairTokenizer.Load(_folder.Path);

        Assert.Equal((4, 3, 268), (tokenizer.MaskId, tokenizer.ClsId, tokenizer.IdOf("<y>")));
        Assert.Equal("<unk> h <y> [M] </s>", Tokens(tokenizer, "h<y>[M]"));
        Assert.Equal("<y>", tokenizer.Decode([268]));
    }

    [Fact]
    public void The_published_vocabularies_read_the_same_from_both_forms()
    {
        foreach (var name in (string[])["roberta-base", "gpt2"])
        {
            var source = SharedData.Require("data", "vocab", name);
            var pair = BytePairTokenizer.Load(source);
            var json = BytePairTokenizer.Load(Path.Combine(source, "tokenizer.json"));

            Assert.Equal(Enumerable.Range(0, pair.VocabularySize).Select(pair.TokenOf), Enumerable.Range(0, json.VocabularySize)
                .Select(json.TokenOf));
            Assert.Equal((pair.PadId, pair.ClsId, pair.SepId, pair.MaskId, pair.EndId), (
                json.PadId, json.ClsId, json.SepId, json.MaskId, json.EndId));
            const string Text = "Crème brûlée <mask>, isn't  it?<|endoftext|> ";
            Assert.Equal(pair.Encode(Text, Text, 40).Ids, json.Encode(Text, Text, 40).Ids);
        }

        var roberta = BytePairTokenizer.Load(SharedData.Require("data", "vocab", "roberta-base"));
        Assert.Equal((50265, 1, 0, 2, 50264, 512), (
            roberta.VocabularySize, roberta.PadId, roberta.ClsId, roberta.SepId, roberta.MaskId, roberta.ModelMaxLength));
        Assert.Equal([0, 100, 50264, 14, 4, 2], roberta.Encode("I <mask> that.").Ids);
    }

    [Fact]
    public void Either_kind_is_found_by_its_files()
    {
        WritePair();
        Assert.IsType<BytePairTokenizer>(TokenizerFiles.Load(_folder.Path));
        _folder.Write("other/tokenizer.json", BytePairFiles.TokenizerJson(BytePairFiles.Gpt2, "null"));
        Assert.IsType<BytePairTokenizer>(TokenizerFiles.Load(Path.Combine(_folder.Path, "other")));
        _folder.Write("words/vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
        Assert.IsType<WordPieceTokenizer>(TokenizerFiles.Load(Path.Combine(_folder.Path, "words")));
        _folder.Write("none/weights.bin", "");
        var none = Assert.Throws<TokenizerFileNotFoundException>(() => TokenizerFiles.Load(Path.Combine(_folder.Path, "none")));
        Assert.Contains("weights.bin", none.Message, StringComparison.Ordinal);
        Assert.Throws<TokenizerFileNotFoundException>(() => TokenizerFiles.Load(Path.Combine(_folder.Path, "nowhere")));
    }

    private void WritePair(string vocabulary = "vocab.json", string merges = "merges.txt")
    {
        _folder.Write(vocabulary, BytePairFiles.VocabularyJson(BytePairFiles.Roberta));
        _folder.Write(merges, BytePairFiles.MergesText());
    }

    private static string Tokens(BytePairTokenizer tokenizer, string text, string? pair = null) =>
        string.Join(' ', tokenizer.Encode(text, pair).Ids.Select(tokenizer.TokenOf));
}
