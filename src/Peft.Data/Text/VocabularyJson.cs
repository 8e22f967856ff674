using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads an object of token: id.</summary>
internal static class VocabularyJson
{
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
