namespace Peft.Data;

/// <summary>Which files of a repository to download.</summary>
public enum HubContent
{
    /// <summary>A backbone: configuration, vocabulary, weights.</summary>
    Backbone,

    /// <summary>An adapter: its configuration and weights, and its head's.</summary>
    Adapter,
}

/// <summary>Selects a repository's files. If weights have several formats, selects safetensors, which cannot contain code.</summary>
internal static class HubFileChoice
{
    private const int MostFiles = 10_000;
    private const string SentencePiece = "sentencepiece.bpe.model", TokenizerJson = "tokenizer.json";

    private static readonly string[] s_settings =
    [
        "config.json", "generation_config.json", "vocab.txt", "vocab.json", "merges.txt", TokenizerJson, "tokenizer_config.json",
        "special_tokens_map.json", "added_tokens.json", SentencePiece,
        "modules.json", // marks a sentence encoder, whose stored pooler is untrained
    ];

    private static readonly string[] s_adapterSettings =
        ["adapter_config.json", "adapter.json", "head_config.json", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json"];
    private static readonly string[][] s_weights =
        [["model.safetensors"], ["model.safetensors.index.json", "model-", ".safetensors"], ["pytorch_model.bin"],
        ["pytorch_model.bin.index.json", "pytorch_model-", ".bin"]];
    private static readonly string[][] s_adapterWeights =
        [["adapter_model.safetensors", "adapter.safetensors", "model_head.safetensors"],
        ["adapter_model.bin", "pytorch_adapter.bin", "pytorch_model_head.bin"]];

    /// <exception cref="HubContentException">A required file is missing.</exception>
    public static IReadOnlyList<string> Select(string id, HubContent content, IReadOnlyList<string> files) =>
        content == HubContent.Backbone ? Backbone(id, files) : Adapter(id, files);

    /// <summary>A file of the weights that a cached backbone lacks; null if they are complete.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="files">The files.</param>
    public static string? LackingOf(string folder, IReadOnlyList<string> files)
    {
        var form = s_weights.First(form => files.Contains(form[0])); // those that Select chooses
        if (form.Length == 1)
            return null;
        try
        {
            return ShardedArchive.FilesOf(Path.Combine(folder, form[0])).FirstOrDefault(part => !files.Contains(part));
        }
        catch (CheckpointIndexException)
        {
            return form[0]; // the hub may have one that can be read
        }
    }

    private static IReadOnlyList<string> Backbone(string id, IReadOnlyList<string> files)
    {
        if (!files.Contains("config.json"))
            throw Missing(id, "config.json", files);
        foreach (var form in s_weights)
        {
            if (!files.Contains(form[0]))
                continue;
            var parts = form.Length == 1
                ? [] : files.Where(file => file.StartsWith(form[1], StringComparison.Ordinal)
                && file.EndsWith(form[2], StringComparison.Ordinal));
            // tokenizer.json has what the sentencepiece model has, and added tokens.
            var settings = s_settings.Where(name => files.Contains(name) && !(name == SentencePiece && files.Contains(TokenizerJson)));
            return Bounded(id, [.. settings, form[0], .. parts.Distinct()]);
        }

        throw Missing(id, $"weights ({string.Join(", ", s_weights.Select(form => form[0]))})", files);
    }

    private static IReadOnlyList<string> Adapter(string id, IReadOnlyList<string> files)
    {
        if (!s_adapterSettings.Take(2).Any(files.Contains))
            throw Missing(id, "adapter_config.json or adapter.json", files);
        var weights = s_adapterWeights.Select(form => form.Where(files.Contains).ToList()).FirstOrDefault(form => form.Count > 0)
            ?? throw Missing(id, $"an adapter's weights ({string.Join(", ", s_adapterWeights.SelectMany(form => form))})", files);
        return [.. s_adapterSettings.Where(files.Contains), .. weights];
    }

    private static IReadOnlyList<string> Bounded(string id, IReadOnlyList<string> chosen) => chosen.Count <= MostFiles
        ? chosen
        : throw new HubContentException($"{id}: has weights in {chosen.Count} files; expected at most {MostFiles}. Nothing was "
            + "downloaded.");

    private static HubContentException Missing(string id, string what, IReadOnlyList<string> files) =>
        new($"{id}: has no {what}; found {(files.Count == 0 ? "nothing" : string.Join(", ", files.Take(20).Select(Excerpt.Line)))}"
            + $"{(files.Count > 20 ? $" and {files.Count - 20} more" : "")}.");
}
