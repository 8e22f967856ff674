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
            AddedTokens = [.. AddedTokens(file).Select(token => token.Content)],
        };
        if (JsonFile.Value(file.Root, "normalizer") is not { } normalizer) return options;
        return options with
        {
            LowerCase = file.Flag(normalizer, "lowercase") ?? options.LowerCase,
            StripAccents = file.Flag(normalizer, "strip_accents") ?? options.StripAccents,
            SplitIdeographs = file.Flag(normalizer, "handle_chinese_chars") ?? options.SplitIdeographs,
        };
    }

    public static IReadOnlyList<string> Tokens(JsonFile file)
    {
        var model = RequireWordPiece(file);
        if (JsonFile.Value(model, "vocab") is not { ValueKind: JsonValueKind.Object } vocab)
            throw new TokenizerConfigException($"{file.Path}: 'model.vocab' must be an object of token: id.");
        return VocabularyJson.Tokens(file, vocab, "model.vocab.", AddedTokens(file));
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

    private static List<(int Id, string Content)> AddedTokens(JsonFile file)
    {
        var tokens = new List<(int, string)>();
        if (JsonFile.Value(file.Root, "added_tokens") is not { ValueKind: JsonValueKind.Array } list) return tokens;
        foreach (var item in list.EnumerateArray())
        {
            if (file.Number(item, "id") is { } id && file.Token(item, "content") is { Length: > 0 } content) tokens.Add(((int)id, content));
        }

        return tokens;
    }
}
