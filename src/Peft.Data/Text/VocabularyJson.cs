using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads objects of token: id.</summary>
internal static class VocabularyJson
{
    /// <summary>Adds the tokens of <c>model.vocab</c> in a <c>tokenizer.json</c>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="model">Its model.</param>
    /// <param name="vocabulary">Receives the tokens.</param>
    /// <param name="isRequired">Whether the file must have them, because no other one has.</param>
    public static void AddModel(JsonFile file, JsonElement model, VocabularyBuilder vocabulary, bool isRequired)
    {
        var found = JsonFile.Value(model, "vocab");
        if (found is null && !isRequired) return;
        if (found is not { ValueKind: JsonValueKind.Object } tokens)
            throw new TokenizerConfigException($"{file.Path}: 'model.vocab' must be an object of token: id.");
        foreach (var (token, id) in Entries(file, tokens, "model.vocab.")) vocabulary.AddToModel(token, id, file.Path);
    }

    /// <summary>The entries of an object of token: id.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="vocabulary">The object.</param>
    /// <param name="key">Its path in the file, followed by a dot; empty for the root.</param>
    public static IEnumerable<(string Token, int Id)> Entries(JsonFile file, JsonElement vocabulary, string key)
    {
        foreach (var property in vocabulary.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt32(out var id))
                throw file.Wrong($"{key}{property.Name}", "a whole number", property.Value);
            yield return (property.Name, id);
        }
    }
}
