using System.Text.Json;

namespace Peft.Data;

/// <summary>The settings of a WordPiece tokenizer in a <c>tokenizer.json</c>.</summary>
internal static class TokenizerJson
{
    public static WordPieceOptions Apply(WordPieceOptions options, JsonFile file)
    {
        var model = RequireWordPiece(file);
        TokenizerSteps.CheckOthers(file, "WordPiece");
        options = options with
        {
            UnknownToken = file.Token(model, "unk_token") ?? options.UnknownToken,
            MaxWordLength = file.Whole(model, "max_input_chars_per_word", 1, int.MaxValue, "model.max_input_chars_per_word")
                ?? options.MaxWordLength,
        };
        TokenizerSteps.Only(file, "pre_tokenizer", "pretokenizers", "BertPreTokenizer");
        if (TokenizerSteps.Only(file, "normalizer", "normalizers", "BertNormalizer") is not { } normalizer) return options;
        if (file.Flag(normalizer, "clean_text") == false)
            throw new TokenizerConfigException(
                $"{file.Path}: 'normalizer.clean_text' is false, but control characters are always removed here, as in BERT.");
        return options with
        {
            LowerCase = file.Flag(normalizer, "lowercase") ?? options.LowerCase,
            StripAccents = file.Flag(normalizer, "strip_accents") ?? options.StripAccents,
            SplitIdeographs = file.Flag(normalizer, "handle_chinese_chars") ?? options.SplitIdeographs,
        };
    }

    /// <summary>Adds the model's tokens.</summary>
    /// <param name="file">The file.</param>
    /// <param name="vocabulary">What is known from other files.</param>
    /// <param name="isRequired">Whether the file must have them, because there is no <c>vocab.txt</c>.</param>
    public static void AddTokens(JsonFile file, VocabularyBuilder vocabulary, bool isRequired)
    {
        VocabularyJson.AddModel(file, RequireWordPiece(file), vocabulary, isRequired);
    }

    private static JsonElement RequireWordPiece(JsonFile file)
    {
        if (JsonFile.Value(file.Root, "model") is not { ValueKind: JsonValueKind.Object } model)
            throw new TokenizerConfigException($"{file.Path}: 'model' must be an object.");
        var prefix = file.Text(model, "continuing_subword_prefix", "model.continuing_subword_prefix") ?? "##";
        var type = file.Text(model, "type", "model.type") ?? (JsonFile.Value(model, "merges") is null ? "WordPiece" : "BPE");
        if (type == "WordPiece" && prefix == "##") return model;
        throw new TokenizerConfigException(
            $"{file.Path}: expected a WordPiece model with the prefix '##', found '{Excerpt.Cut(type)}' with '{Excerpt.Cut(prefix)}'. "
                + "Use the tokenizer made for "
                + "this kind of model.");
    }
}
