using System.Text.Json;

namespace Peft.Data;

/// <summary>The settings of a WordPiece tokenizer in a <c>tokenizer.json</c>.</summary>
internal static class TokenizerJson
{
    public static WordPieceOptions Apply(WordPieceOptions options, JsonFile file)
    {
        var model = RequireWordPiece(file);
        options = options with
        {
            UnknownToken = file.Token(model, "unk_token") ?? options.UnknownToken,
            MaxWordLength = (int)(file.Number(model, "max_input_chars_per_word") ?? options.MaxWordLength),
        };
        if (JsonFile.Value(file.Root, "normalizer") is not { } normalizer) return options;
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
        if (JsonFile.Value(RequireWordPiece(file), "vocab") is { ValueKind: JsonValueKind.Object } tokens)
        {
            foreach (var (token, id) in VocabularyJson.Entries(file, tokens, "model.vocab.")) vocabulary.AddToModel(token, id, file.Path);
        }
        else if (isRequired)
        {
            throw new TokenizerConfigException($"{file.Path}: 'model.vocab' must be an object of token: id.");
        }
    }

    private static JsonElement RequireWordPiece(JsonFile file)
    {
        if (JsonFile.Value(file.Root, "model") is not { ValueKind: JsonValueKind.Object } model)
            throw new TokenizerConfigException($"{file.Path}: 'model' must be an object.");
        var prefix = file.Token(model, "continuing_subword_prefix") ?? "##";
        var type = file.Token(model, "type") ?? (JsonFile.Value(model, "merges") is null ? "WordPiece" : "BPE");
        if (type == "WordPiece" && prefix == "##") return model;
        throw new TokenizerConfigException(
            $"{file.Path}: expected a WordPiece model with the prefix '##', found '{type}' with '{prefix}'. Use the tokenizer made for "
                + "this kind of model.");
    }
}
