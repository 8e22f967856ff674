using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads an object of token: id into a list by id.</summary>
internal static class VocabularyJson
{
    /// <param name="file">The file, for messages.</param>
    /// <param name="vocabulary">The object.</param>
    /// <param name="key">Its path in the file, followed by a dot; empty for the root.</param>
    /// <param name="added">Tokens that may have ids beyond the object's own.</param>
    public static string[] Tokens(JsonFile file, JsonElement vocabulary, string key, IEnumerable<(int Id, string Content)> added)
    {
        var byId = new Dictionary<int, string>();
        foreach (var property in vocabulary.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt32(out var id))
                throw file.Wrong($"{key}{property.Name}", "a whole number", property.Value);
            if (!byId.TryAdd(id, property.Name))
                throw new VocabularyException(
                    $"{file.Path}: id {id} belongs to '{byId[id]}' and to '{property.Name}'. Each token needs its own id.");
        }

        foreach (var (id, content) in added) byId.TryAdd(id, content);
        var tokens = new string[byId.Count];
        foreach (var (id, token) in byId)
        {
            if ((uint)id >= (uint)tokens.Length)
            {
                throw new VocabularyException(
                    $"{file.Path}: '{token}' has id {id}, but there are {tokens.Length} tokens: ids must go from 0 to "
                        + $"{tokens.Length - 1} without gaps.");
            }

            tokens[id] = token;
        }

        return tokens;
    }
}
