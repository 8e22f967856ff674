using System.Text.Json;

namespace Peft.Data.Tests;

/// <summary>Small byte-level vocabularies: the 256 bytes, a few merged tokens, and RoBERTa's or GPT-2's special tokens.</summary>
internal static class BytePairFiles
{
    public static readonly (string Left, string Right)[] Merges =
        [("h", "e"), ("l", "l"), ("he", "ll"), ("Ġ", "hell"), ("hell", "o"), ("o", "o"), ("Ġhell", "o")];

    /// <summary>The bytes' letters in order, so that the token of byte b has the id b + 5 or b + 1.</summary>
    public static IEnumerable<string> Bytes => Enumerable.Range(0, 256).Select(value => ByteAlphabet.LetterOf((byte)value).ToString());

    public static string[] Roberta =>
        ["<s>", "<pad>", "</s>", "<unk>", "<mask>", .. Bytes, .. Merges.Select(merge => merge.Left + merge.Right)];

    public static string[] Gpt2 => ["<|endoftext|>", .. Bytes, .. Merges.Select(merge => merge.Left + merge.Right)];

    public static string VocabularyJson(IEnumerable<string> tokens) =>
        JsonSerializer.Serialize(tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id));

    public static string MergesText(string version = "#version: 0.2\n") =>
        version + string.Concat(Merges.Select(merge => $"{merge.Left} {merge.Right}\n"));

    /// <summary>A tokenizer.json; the parts are JSON.</summary>
    public static string TokenizerJson(
        IEnumerable<string> tokens, string postProcessor, string added = "[]", string preTokenizer = """{"type": "ByteLevel"}""", string model = "") =>
        $$"""
        {"added_tokens": {{added}}, "normalizer": null, "pre_tokenizer": {{preTokenizer}}, "post_processor": {{postProcessor}},
         "model": {"type": "BPE", {{model}} "vocab": {{VocabularyJson(tokens)}}, "merges": {{JsonSerializer.Serialize(Merges.Select(merge => $"{merge.Left} {merge.Right}"))}} } }
        """;
}
