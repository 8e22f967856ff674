using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// Checks the steps of a <c>tokenizer.json</c>. A step that is not implemented is refused, because ignoring it changes ids.
/// </summary>
internal static class TokenizerSteps
{
    /// <summary>A step of the one type that is implemented, alone or as the only one of a sequence.</summary>
    /// <param name="file">The file.</param>
    /// <param name="key">The key of the step.</param>
    /// <param name="list">The key of a sequence's steps.</param>
    /// <param name="expected">The type.</param>
    /// <returns>The step; null if the file does not have the key.</returns>
    /// <exception cref="TokenizerConfigException">It is of another type.</exception>
    public static JsonElement? Only(JsonFile file, string key, string list, string expected)
    {
        if (!file.Root.TryGetProperty(key, out var step)) return null;
        while (true)
        {
            var type = TypeOf(file, key, step);
            if (type == expected) return step;
            if (type != "Sequence" || JsonFile.Value(step, list) is not { ValueKind: JsonValueKind.Array } steps
                || steps.GetArrayLength() != 1)
                throw Unsupported(file, key, expected, type);
            step = steps[0];
        }
    }

    /// <summary>
    /// Checks the fields that have no effect on ids: the version, the decoder, and limits that the model's settings override.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="decoder">The type of the decoder that is implemented.</param>
    public static void CheckOthers(JsonFile file, string decoder)
    {
        file.Text(file.Root, "version");
        foreach (var key in (string[])["truncation", "padding"])
        {
            if (JsonFile.Value(file.Root, key) is { ValueKind: not JsonValueKind.Object } other)
                throw file.Wrong(key, "an object or null", other);
        }

        if (JsonFile.Value(file.Root, "decoder") is { } found && TypeOf(file, "decoder", found) is var type && type != decoder)
            throw Unsupported(file, "decoder", decoder, type);
    }

    /// <summary>The type of a step.</summary>
    /// <exception cref="TokenizerConfigException">The step is not an object, or its type is not a string.</exception>
    public static string? TypeOf(JsonFile file, string key, JsonElement step) => step.ValueKind == JsonValueKind.Object
        ? file.Text(step, "type", $"{key}.type") : throw file.Wrong(key, "an object with a type", step);

    private static TokenizerConfigException Unsupported(JsonFile file, string key, string expected, string? found) => new(
        $"{file.Path}: '{Excerpt.Cut(key)}' is of type '{Excerpt.Cut(found ?? "none")}'; only '{expected}' is implemented, alone. "
            + "Ignoring another step "
        + "would change the tokens: use a tokenizer of BERT's, GPT-2's or RoBERTa's kind.");
}
