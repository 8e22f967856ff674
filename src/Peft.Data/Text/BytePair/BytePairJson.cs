using System.Text.Json;

namespace Peft.Data;

/// <summary>The settings of a byte-level BPE tokenizer in a <c>tokenizer.json</c>.</summary>
internal static class BytePairJson
{
    public static bool IsBytePair(string path)
    {
        using var file = JsonFile.Open(path);
        return JsonFile.Value(file.Root, "model") is { ValueKind: JsonValueKind.Object } model && ModelType(file, model) == "BPE";
    }

    public static BytePairOptions Apply(BytePairOptions options, JsonFile file, IReadOnlyList<string> tokens)
    {
        var model = RequireBytePair(file);
        TokenizerSteps.CheckOthers(file, "ByteLevel");
        if (JsonFile.Value(file.Root, "normalizer") is { } normalizer) throw Unsupported(
            file, "normalizer", "none", file.Text(normalizer, "type", "normalizer.type"));
        options = options with
        {
            UnknownToken = file.Token(model, "unk_token") ?? options.UnknownToken,
            AddPrefixSpace = AddPrefixSpace(file) ?? options.AddPrefixSpace,
        };
        return PostProcessorJson.Apply(options, file, tokens);
    }

    public static JsonElement RequireBytePair(JsonFile file)
    {
        if (JsonFile.Value(file.Root, "model") is not { ValueKind: JsonValueKind.Object } model)
            throw new TokenizerConfigException($"{file.Path}: 'model' must be an object.");
        if (ModelType(file, model) is not "BPE" and var type) throw Unsupported(file, "model.type", "'BPE'", type);
        foreach (var key in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (file.Text(model, key, $"model.{key}") is { Length: > 0 } mark) throw Unsupported(file, $"model.{key}", "nothing", mark);
        }

        foreach (var key in (string[])["byte_fallback", "ignore_merges"])
        {
            if (file.Flag(model, key) == true) throw Unsupported(file, $"model.{key}", "false", "true");
        }

        file.Flag(model, "fuse_unk"); // of no effect: every byte has a token
        if (file.Number(model, "dropout") is not (null or 0) and var dropout)
            throw Unsupported(file, "model.dropout", "none", $"{dropout}");

        if (JsonFile.Value(file.Root, "pre_tokenizer") is not { } splitting || ByteLevel(file, splitting) is null)
            throw Unsupported(file, "pre_tokenizer", "'ByteLevel'", JsonFile.Value(file.Root, "pre_tokenizer") is { } other
                ? file.Text(other, "type", "pre_tokenizer.type") : null);
        return model;
    }

    public static List<MergePair> Merges(JsonFile file, JsonElement model)
    {
        if (JsonFile.Value(model, "merges") is not { ValueKind: JsonValueKind.Array } list)
            throw new TokenizerConfigException($"{file.Path}: 'model.merges' must be a list.");
        var merges = new List<MergePair>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            var place = $"{file.Path}: model.merges[{merges.Count}]";
            merges.Add(item.ValueKind switch
            {
                JsonValueKind.String => MergesFile.Parse(item.GetString()!, place),
                JsonValueKind.Array when item.GetArrayLength() == 2
                    && item.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
                    new MergePair(item[0].GetString()!, item[1].GetString()!, place),
                _ => throw new MergesException(
                    $"{place}: expected two tokens, found {Excerpt.Cut(item)}. Fetch the file again or correct it."),
            });
        }

        return merges;
    }

    private static bool? AddPrefixSpace(JsonFile file) =>
        JsonFile.Value(file.Root, "pre_tokenizer") is { } splitting && ByteLevel(file, splitting) is { } step
            ? file.Flag(step, "add_prefix_space") : null;

    /// <summary>The ByteLevel step with GPT-2's pattern, alone or as the only one of a sequence.</summary>
    private static JsonElement? ByteLevel(JsonFile file, JsonElement splitting) => file.Text(splitting, "type", "pre_tokenizer.type") switch
    {
        "ByteLevel" when file.Flag(splitting, "use_regex") ?? true => splitting,
        "Sequence" when JsonFile.Value(splitting, "pretokenizers") is { ValueKind: JsonValueKind.Array } steps
            && steps.GetArrayLength() == 1 =>
            ByteLevel(file, steps[0]),
        _ => null,
    };

    private static string? ModelType(JsonFile file, JsonElement model) =>
        file.Text(model, "type", "model.type") ?? (JsonFile.Value(model, "merges") is null ? null : "BPE");

    private static TokenizerConfigException Unsupported(JsonFile file, string key, string expected, string? found) => new(
        $"{file.Path}: '{Excerpt.Cut(key)}': a byte-level BPE tokenizer as GPT-2's and RoBERTa's has {expected} there, found "
        + $"{(found is null ? "nothing or other settings" : $"'{Excerpt.Cut(found)}'")}. This library reads no other kind of BPE.");
}
