using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// Checks the fields of a <c>tokenizer_config.json</c> that this library does not apply. A value that would change the tokens is refused.
/// </summary>
internal static class TokenizerConfigFields
{
    /// <summary>Flags, and the value that changes the tokens in a way that is not implemented; null for none.</summary>
    private static readonly (string Name, bool? Refused)[] s_flags =
    [
        ("do_basic_tokenize", false), ("add_bos_token", true), ("add_eos_token", true), ("split_special_tokens", true),
        ("clean_up_tokenization_spaces", null), ("use_fast", null), ("legacy", null),
    ];

    private static readonly string[] s_texts = ["tokenizer_class", "padding_side", "errors", "name_or_path"];

    /// <exception cref="TokenizerConfigException">A field is of the wrong type, or asks for what is not implemented.</exception>
    public static void Check(JsonFile file)
    {
        foreach (var (name, refused) in s_flags)
        {
            if (file.Flag(file.Root, name) is { } flag && flag == refused)
                throw new TokenizerConfigException(
                    $"{file.Path}: '{Excerpt.Cut(name)}' is {(flag ? "true" : "false")}, which changes the tokens and is not "
                        + "implemented. Expected "
                    + $"{(flag ? "false" : "true")}.");
        }

        foreach (var name in s_texts) file.Text(file.Root, name);
        if (file.Text(file.Root, "truncation_side") is not (null or "right") and var side)
            throw new TokenizerConfigException(
                $"{file.Path}: 'truncation_side' is '{Excerpt.Cut(side)}'; texts are cut at their end here. Expected 'right'.");
        if (JsonFile.Value(file.Root, "never_split") is { } kept && (kept.ValueKind != JsonValueKind.Array || kept.GetArrayLength() > 0))
            throw file.Wrong("never_split", "null or an empty list: words that are never split are not implemented", kept);
    }
}
