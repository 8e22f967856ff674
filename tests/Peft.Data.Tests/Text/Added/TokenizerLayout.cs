namespace Peft.Data.Tests;

/// <summary>The files in which a tokenizer states the same vocabulary.</summary>
public enum TokenizerLayout
{
    /// <summary>
    /// The model's files with <c>added_tokens.json</c> and <c>special_tokens_map.json</c>, which state no rules of ordinary tokens.
    /// </summary>
    AddedList,

    /// <summary>The model's files with <c>added_tokens_decoder</c>.</summary>
    Decoder,

    /// <summary><c>tokenizer.json</c> alone.</summary>
    TokenizerJson,

    /// <summary>The model's files beside <c>tokenizer.json</c>.</summary>
    Both,

    /// <summary>All of these files.</summary>
    Everything,
}
