namespace Peft.Models;

/// <summary>Matches a checkpoint's keys with a model's names, through the aliases that published checkpoints use.</summary>
internal static class CheckpointKeys
{
    private static readonly string[] s_prefixes = ["bert.", "roberta.", "distilbert.", "electra.", "transformer."];

    /// <summary>Prefixes that wrappers add to every name: DataParallel, and classes that hold the model in a field.</summary>
    private static readonly string[] s_wrappers = ["module.", "model."];

    /// <summary>Buffers and tied copies that older exports contain.</summary>
    private static readonly string[] s_alwaysIgnored =
    [
        "embeddings.position_ids", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias", "lm_head.decoder.weight",
        "lm_head.decoder.bias", "vocab_projector.weight", "generator_lm_head.weight",
        ".attn.bias", ".attn.masked_bias",
    ];

    /// <summary>Maps the model's names to the checkpoint's keys, for every name that the checkpoint contains.</summary>
    public static Dictionary<string, string> Match(IEnumerable<string> keys, IEnumerable<string> names, LoadRules rules)
    {
        var wanted = names.ToHashSet();
        var matches = new Dictionary<string, string>();
        foreach (var key in keys.Where(key => !IsLeftOver(key, rules)))
        {
            if (Candidates(key).FirstOrDefault(wanted.Contains) is { } name)
                matches.TryAdd(name, key);
        }

        return matches;
    }

    /// <summary>Whether a key that matches no name of the model may be left out without a report: a buffer, or a tied copy.</summary>
    public static bool IsIgnored(string key, LoadRules rules) => IsConstant(key) || IsLeftOver(key, rules);

    /// <summary>Whether a key is a buffer of constants or a copy that a tied weight replaces.</summary>
    public static bool IsConstant(string key) => s_alwaysIgnored.Any(suffix => key.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>A key without the prefixes of wrappers.</summary>
    public static string Plain(string key)
    {
        while (s_wrappers.FirstOrDefault(wrapper => key.StartsWith(wrapper, StringComparison.Ordinal)) is { } wrapper)
            key = key[wrapper.Length..];
        return key;
    }

    private static bool IsLeftOver(string key, LoadRules rules) => rules.MayBeLeftOver.Any(
        prefix => key.StartsWith(prefix, StringComparison.Ordinal) || Plain(key).StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The key itself, without wrappers, LayerNorm's old names, and the key with and without the encoder's prefix.</summary>
    private static IEnumerable<string> Candidates(string key)
    {
        var plain = Plain(key);
        return plain == key ? Forms(key) : Forms(key).Concat(Forms(plain));
    }

    private static IEnumerable<string> Forms(string key)
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
