namespace Peft.Models;

/// <summary>Matches a checkpoint's keys with a model's names, through the aliases that published checkpoints use.</summary>
internal static class CheckpointKeys
{
    private static readonly string[] s_prefixes = ["bert.", "roberta.", "transformer."];

    /// <summary>Buffers and tied copies that older exports contain.</summary>
    private static readonly string[] s_alwaysIgnored =
    [
        "embeddings.position_ids", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias", "lm_head.decoder.weight",
        "lm_head.decoder.bias",
        ".attn.bias", ".attn.masked_bias",
    ];

    /// <summary>Maps the model's names to the checkpoint's keys, for every name that the checkpoint contains.</summary>
    public static Dictionary<string, string> Match(IEnumerable<string> keys, IEnumerable<string> names, LoadRules rules)
    {
        var wanted = names.ToHashSet();
        var matches = new Dictionary<string, string>();
        foreach (var key in keys.Where(key => !IsIgnored(key, rules)))
        {
            if (Candidates(key).FirstOrDefault(wanted.Contains) is { } name)
                matches.TryAdd(name, key);
        }

        return matches;
    }

    public static bool IsIgnored(string key, LoadRules rules) =>
        s_alwaysIgnored.Any(suffix => key.EndsWith(suffix, StringComparison.Ordinal))
        || rules.MayBeLeftOver.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The key itself, LayerNorm's old names, and the key with and without the encoder's prefix.</summary>
    private static IEnumerable<string> Candidates(string key)
    {
        var modern = key.Replace(".gamma", ".weight", StringComparison.Ordinal).Replace(".beta", ".bias", StringComparison.Ordinal);
        yield return modern;
        foreach (var prefix in s_prefixes)
        {
            yield return prefix + modern;
            if (modern.StartsWith(prefix, StringComparison.Ordinal))
                yield return modern[prefix.Length..];
        }
    }
}
