using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>What a load does about the classification head that a checkpoint may store.</summary>
internal sealed class HeadPlan
{
    private const string OfTokens = "ForTokenClassification";

    /// <summary>Classes of transformers whose heads have the names of a text classifier's and another meaning.</summary>
    public static IReadOnlyList<string> OtherThanText { get; } = [OfTokens, "ForMultipleChoice"];

    /// <summary>Classes of transformers whose heads have the names of a token classifier's and another meaning.</summary>
    public static IReadOnlyList<string> OtherThanTokens { get; } = ["ForSequenceClassification", "ForMultipleChoice"];

    private readonly nn.Module _model;
    private readonly string _lastMap;
    private readonly StoredHead? _stored;

    private HeadPlan(nn.Module model, string lastMap, StoredHead? stored, bool isKept, string? notice) =>
        (_model, _lastMap, _stored, IsKept, Notice) = (model, lastMap, stored, isKept, notice);

    /// <summary>Whether the checkpoint's head is loaded.</summary>
    public bool IsKept { get; }

    /// <summary>A line for the user about a stored head that is replaced or reordered; null for none.</summary>
    public string? Notice { get; }

    /// <summary>Plans the load of a classifier's head.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="model">The classifier to be loaded; its head has the names and shapes that are wanted.</param>
    /// <param name="head">The names of the head's modules, such as <c>classifier</c>.</param>
    /// <param name="names">The names of the stored head's outputs; null where config.json does not say.</param>
    /// <param name="architecture">The class that wrote the checkpoint; null where config.json does not say.</param>
    /// <param name="settings">The names of the task's labels, and whether a head from elsewhere follows.</param>
    /// <param name="others">Classes whose heads have the same names and another meaning; null for <see cref="OtherThanText"/>.</param>
    public static HeadPlan Create(
        ITensorArchive archive, StoredParts parts, nn.Module model, IReadOnlyList<string> head, IReadOnlyList<string>? names,
        string? architecture, BackboneSettings settings, IReadOnlyList<string>? others = null)
    {
        var wanted = model.named_parameters()
            .Where(pair => head.Any(part => pair.name.StartsWith(part + ".", StringComparison.Ordinal)))
            .ToDictionary(pair => pair.name, pair => pair.parameter.shape);
        var last = HeadFiles.LastMaps.First(wanted.ContainsKey);
        var found = head.SelectMany(parts.Under).ToDictionary(CheckpointKeys.Plain, key => archive.Tensors[key].Shape);
        if (settings.BlankHead || found.Count == 0)
            return new HeadPlan(model, last, null, isKept: false, notice: null);
        if (IsOtherTask(architecture, others ?? OtherThanText) || !HasForm(found, wanted, last))
            return new HeadPlan(
                model, last, null, isKept: false,
                $"the head is new: the checkpoint's {head[^1]} is of another kind{(architecture is null ? "" : $" ({architecture})")}");
        var stored = new StoredHead(names, found[last][0], settings.Labels, (int)wanted[last][0]);
        return new HeadPlan(model, last, stored, stored.IsKept, stored.Notice);
    }

    /// <summary>Whether a class's head is that of a token classifier.</summary>
    public static bool IsOfTokens(string? architecture) => IsOtherTask(architecture, [OfTokens]);

    /// <summary>Whether a class is one of others.</summary>
    public static bool IsOtherTask(string? architecture, IReadOnlyList<string> others) =>
        architecture is not null && others.Any(end => architecture.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Moves the loaded head's outputs to the order of the task's labels.</summary>
    public void Finish()
    {
        if (IsKept)
            _stored!.Reorder(_model.named_parameters()
                .Where(pair => pair.name.StartsWith(_lastMap[..^"weight".Length], StringComparison.Ordinal))
                .Select(pair => (Tensor)pair.parameter));
    }

    /// <summary>Whether a stored head has the wanted names and shapes, except for the number of outputs.</summary>
    private static bool HasForm(Dictionary<string, IReadOnlyList<long>> found, Dictionary<string, long[]> wanted, string last) =>
        found.Keys.ToHashSet().SetEquals(wanted.Keys) && wanted.All(pair =>
        {
            var compared = pair.Key.StartsWith(last[..^"weight".Length], StringComparison.Ordinal) ? 1 : 0; // from this dimension on
            return found[pair.Key].Count == pair.Value.Length && found[pair.Key].Skip(compared).SequenceEqual(pair.Value.Skip(compared));
        });
}
