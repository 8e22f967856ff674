using System.Text.Json;

namespace Peft.Data.Tests;

/// <summary>
/// Every value of every JSON file of a tokenizer, replaced by values of all types: the tokenizer loads or the file is refused in one line,
/// and a value of another type than the format's is never accepted.
/// </summary>
public sealed class TokenizerFieldTests : IDisposable
{
    private const string Tokens = """{"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5, "##b": 6}""";

    private const string Listed =
        """{"7": {"content": "<x>", "lstrip": false, "rstrip": true, "single_word": false, "normalized": true, "special": false}}""";

    /// <summary>Fields that have no effect here, so that only their container is checked.</summary>
    private static readonly string[] s_idle =
        ["decoder.prefix", "decoder.cleanup", "decoder.add", "decoder.trim", "decoder.use", "post_processor.special_tokens.[CLS].id",
            "post_processor.special_tokens.[CLS].tokens", "truncation.max", "model.vocab"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Files => new()
    {
        { "wordpiece", "tokenizer.json" }, { "wordpiece", "tokenizer_config.json" }, { "wordpiece", "special_tokens_map.json" },
        { "wordpiece", "added_tokens.json" }, { "bpe", "tokenizer.json" }, { "roberta", "tokenizer.json" }, { "bpe", "vocab.json" },
        { "bpe", "tokenizer_config.json" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_value_of_another_type_is_refused_in_one_line(string kind, string name)
    {
        var files = kind == "wordpiece" ? WordPiece() : BytePair(kind == "roberta", withPair: name != "tokenizer.json");
        foreach (var (file, content) in files)
            _folder.Write(file, content);
        TokenizerFiles.Load(_folder.Path).Encode("ab <x>");
        var accepted = new List<string>();
        foreach (var mutation in JsonMutation.All(files[name]).Where(one => Sampled(one.Path)))
        {
            _folder.Write(name, mutation.Text);
            var problem = Record.Exception(() => TokenizerFiles.Load(_folder.Path).Encode("ab <x>"));
            var what = $"{kind} {name}: {mutation.Path} = {mutation.Value}: {problem}";
            Assert.True(problem is TextException or null, what);
            Assert.False(problem?.Message.Contains('\n', StringComparison.Ordinal) == true, what);
            if (problem is null && mutation.IsOtherType && !s_idle.Any(mutation.Path.StartsWith) && !IsToken(mutation))
                accepted.Add(what);
        }

        Assert.Empty(accepted);
    }

    [Theory]
    [InlineData("normalizer", """{"type": "Replace", "pattern": {"String": "a"}, "content": "b"}""", "'normalizer' is of type 'Replace'")]
    [InlineData("normalizer", """{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "BertNormalizer"}]}""", "'Sequence'")]
    [InlineData("normalizer", "null", "'normalizer' must be an object with a type, found null")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"String": "a"}}""", "'pre_tokenizer' is of type 'Split'")]
    [InlineData("post_processor", """{"type": "RobertaProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}""", "'RobertaProcessing'")]
    [InlineData("post_processor", """{"type": "BertProcessing", "sep": ["[CLS]", 2], "cls": ["[CLS]", 2]}""", "only BERT's '[CLS]:0 $A:0")]
    [InlineData("post_processor", """{"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 2]}""", "gives to '[CLS]'")]
    [InlineData("decoder", """{"type": "Metaspace"}""", "'decoder' is of type 'Metaspace'")]
    public void Steps_that_are_not_implemented_are_refused(string key, string step, string said)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(WordPiece()["tokenizer.json"])!;
        json[key] = System.Text.Json.Nodes.JsonNode.Parse(step);
        _folder.Write("tokenizer.json", json.ToJsonString());
        var problem = Assert.Throws<TokenizerConfigException>(() => TokenizerFiles.Load(_folder.Path));
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("1e300")]
    [InlineData("2.5")]
    public void The_longest_word_is_a_whole_number(string length)
    {
        _folder.Write("tokenizer.json", WordPiece()["tokenizer.json"].Replace(": 100", $": {length}", StringComparison.Ordinal));
        Assert.Contains(
            $"'model.max_input_chars_per_word' must be a whole number of at least 1, found {length}",
            Assert.Throws<TokenizerConfigException>(() => TokenizerFiles.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("do_basic_tokenize", "false")]
    [InlineData("split_special_tokens", "true")]
    [InlineData("truncation_side", "\"left\"")]
    [InlineData("never_split", "[\"a\"]")]
    public void Settings_that_change_tokens_and_are_not_implemented_are_refused(string name, string value)
    {
        _folder.Write("tokenizer.json", WordPiece()["tokenizer.json"]);
        _folder.Write("tokenizer_config.json", $$"""{"{{name}}": {{value}}}""");
        Assert.Contains(
            $"'{name}'", Assert.Throws<TokenizerConfigException>(() => TokenizerFiles.Load(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_value_is_cut()
    {
        _folder.Write(
            "tokenizer.json",
            WordPiece()["tokenizer.json"].Replace("BertPreTokenizer", new string('x', 1 << 20), StringComparison.Ordinal));
        var message = Assert.Throws<TokenizerConfigException>(() => TokenizerFiles.Load(_folder.Path)).Message;
        Assert.InRange(message.Length, 0, 500);
        Assert.Contains("xxx…, 1,048,576 characters'", message, StringComparison.Ordinal);
    }

    /// <summary>A token is a string, or an object with its rules; special tokens are a list, or an object by name.</summary>
    private static bool IsToken(JsonMutation mutation) => mutation.Value == "{}"
        ? mutation.Path.EndsWith("_special_tokens", StringComparison.Ordinal)
        : mutation.Value.StartsWith('"') && (mutation.Path.EndsWith("_token", StringComparison.Ordinal)
            || mutation.Path.Contains("special_tokens.0", StringComparison.Ordinal));

    /// <summary>The 256 bytes' tokens are alike.</summary>
    private static bool Sampled(string path) =>
        (!path.Contains("model.vocab.", StringComparison.Ordinal) && !path.Contains("merges.", StringComparison.Ordinal) && path.Length > 2)
            || path.Sum(letter => letter) % 64 == 0;

    private static Dictionary<string, string> WordPiece() => new()
    {
        ["tokenizer.json"] = $$$"""
            {"version": "1.0", "truncation": {"max_length": 8}, "padding": null,
             "added_tokens": [{"id": 7, "content": "<x>", "single_word": false, "lstrip": false, "rstrip": true, "normalized": true, "special": false}],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "TemplateProcessing",
              "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
              "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
               {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
              "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}} },
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {{{Tokens}}} }}
            """,
        ["tokenizer_config.json"] = $$"""
            {"do_lower_case": true, "strip_accents": null, "tokenize_chinese_chars": true, "model_max_length": 512, "cls_token": "[CLS]",
             "mask_token": {"content": "[MASK]", "lstrip": false}, "tokenizer_class": "BertTokenizer", "padding_side": "right", "truncation_side": "right",
             "clean_up_tokenization_spaces": true, "additional_special_tokens": ["[MASK]"], "added_tokens_decoder": {{Listed}}, "never_split": []}
            """,
        ["special_tokens_map.json"] = """{"cls_token": "[CLS]", "sep_token": {"content": "[SEP]", "rstrip": false}, "extra_special_tokens": ["[PAD]"]}""",
        ["added_tokens.json"] = """{"<x>": 7}""",
    };

    private static Dictionary<string, string> BytePair(bool isRoberta, bool withPair)
    {
        var tokens = isRoberta ? BytePairFiles.Roberta : BytePairFiles.Gpt2;
        var processor = isRoberta
            ? """{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false}"""
            : """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true}""";
        var files = new Dictionary<string, string>
        {
            ["tokenizer.json"] = BytePairFiles.TokenizerJson(
                tokens, processor, preTokenizer: """{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}""",
                model: """ "dropout": null, "unk_token": null, "continuing_subword_prefix": "", "fuse_unk": false, "byte_fallback": false, """),
            ["tokenizer_config.json"] = """{"add_prefix_space": false, "trim_offsets": true, "add_bos_token": false, "errors": "replace", "model_max_length": 1024}""",
        };
        if (!withPair)
            return files;
        files.Remove("tokenizer.json");
        (files["vocab.json"], files["merges.txt"]) = (JsonSerializer.Serialize(
            tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id)), BytePairFiles.MergesText());
        return files;
    }
}
