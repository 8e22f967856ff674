using Peft.Data;

namespace Peft.Models;

/// <summary>Divides a checkpoint's keys into the body of a family and the heads of tasks.</summary>
/// <param name="archive">The checkpoint.</param>
/// <param name="prefix">The body's prefix in checkpoints with a head, such as <c>bert</c>.</param>
/// <param name="children">The names of the body's modules, which stand alone in checkpoints of a bare body.</param>
internal sealed class StoredParts(ITensorArchive archive, string prefix, IReadOnlyList<string> children)
{
    /// <summary>An encoder's parts.</summary>
    public static StoredParts Encoder(ITensorArchive archive, EncoderConfig config) =>
        new(archive, config.KeyPrefix, config.Layout.BodyParts);

    /// <summary>GPT-2's parts.</summary>
    public static StoredParts Decoder(ITensorArchive archive) => new(archive, CausalLanguageModel.KeyPrefix, ["wte", "wpe", "h", "ln_f"]);

    /// <summary>Whether a key belongs to the body.</summary>
    public bool IsBody(string key)
    {
        var plain = CheckpointKeys.Plain(key);
        return plain.StartsWith(prefix + ".", StringComparison.Ordinal)
            || children.Any(child => plain.StartsWith(child + ".", StringComparison.Ordinal));
    }

    /// <summary>Whether the checkpoint has tensors under a name.</summary>
    /// <param name="name">A module's name, such as <c>classifier</c> or <c>pooler</c>.</param>
    public bool Has(string name) => Under(name).Any();

    /// <summary>The keys under a module's name, with or without the body's prefix.</summary>
    public IEnumerable<string> Under(string name) => archive.Tensors.Keys.Where(key =>
    {
        var plain = CheckpointKeys.Plain(key);
        return plain.StartsWith(name + ".", StringComparison.Ordinal) || plain.StartsWith($"{prefix}.{name}.", StringComparison.Ordinal);
    });

    /// <summary>The keys of heads other than one, which a load leaves out.</summary>
    /// <param name="kept">The names of the modules of the head that is loaded; none for no head.</param>
    public IReadOnlyList<string> OtherHeads(params IReadOnlyList<string> kept) => [.. archive.Tensors.Keys.Where(
        key => !IsBody(key) && !kept.Any(head => CheckpointKeys.Plain(key).StartsWith(head + ".", StringComparison.Ordinal)))];

    /// <summary>Reports left-out heads in one line.</summary>
    /// <param name="keys">Their keys.</param>
    /// <param name="notice">Receives the line; null to say nothing.</param>
    public void Report(IReadOnlyList<string> keys, Action<string>? notice)
    {
        if (keys.Count == 0)
            return;
        var groups = keys.Select(CheckpointKeys.Plain).GroupBy(Group).Select(group => $"{group.Key} ({group.Count()})");
        notice?.Invoke($"{archive.Path}: left out as heads of other tasks: {string.Join(", ", groups)}");
    }

    /// <summary>A head's name: the first part of a key, or the first two of BERT's pre-training heads.</summary>
    private static string Group(string key)
    {
        var parts = key.Split('.');
        return parts[0] == "cls" && parts.Length > 2 ? $"cls.{parts[1]}" : parts[0];
    }
}
