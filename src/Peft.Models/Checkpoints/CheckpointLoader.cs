using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Copies a checkpoint's tensors into a model, strictly: everything is checked before anything is changed.</summary>
public static class CheckpointLoader
{
    /// <summary>Loads the tensors.</summary>
    /// <param name="model">The model; its parameters keep their dtype and device.</param>
    /// <param name="archive">The checkpoint's tensors.</param>
    /// <param name="rules">Prefixes that may be missing or unexpected.</param>
    /// <exception cref="CheckpointMismatchException">Tensors are missing or unexpected, or have another shape.</exception>
    /// <exception cref="CheckpointDTypeException">A tensor's values are no floating-point numbers.</exception>
    public static void Load(nn.Module model, ITensorArchive archive, LoadRules rules)
    {
        var parameters = model.named_parameters().ToDictionary(pair => pair.Item1, pair => pair.Item2);
        var keys = CheckpointKeys.Match(archive.Tensors.Keys, parameters.Keys, rules);
        var missing = parameters.Keys.Where(
            name => !keys.ContainsKey(name) && !rules.MayBeMissing.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        var used = keys.Values.ToHashSet();
        var unexpected = archive.Tensors.Keys.Where(key => !used.Contains(key) && !CheckpointKeys.IsIgnored(key, rules));
        var misshapen = keys.Where(pair => !parameters[pair.Key].shape.SequenceEqual(archive.Tensors[pair.Value].Shape))
            .Select(pair => $"{pair.Value} {Text(archive.Tensors[pair.Value].Shape)} where {Text(parameters[pair.Key].shape)} is expected");
        string[] allMissing = [.. missing], allUnexpected = [.. unexpected], allMisshapen = [.. misshapen];
        if (allMissing.Length + allUnexpected.Length + allMisshapen.Length > 0)
            throw new CheckpointMismatchException(archive.Path, allMissing, allUnexpected, allMisshapen);

        foreach (var key in keys.Values)
        {
            if (archive.Tensors[key].DType is not (DType.F64 or DType.F32 or DType.F16 or DType.BF16))
                throw new CheckpointDTypeException(archive.Path, key, archive.Tensors[key].DType.SafetensorsName());
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, key) in keys)
            parameters[name].copy_(ArchiveTensors.Read(archive, key));
    }

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}

/// <summary>Mismatches that a load tolerates.</summary>
/// <param name="MayBeMissing">Prefixes of the model's names that keep their initial weights if the checkpoint lacks them.</param>
/// <param name="MayBeLeftOver">Prefixes of checkpoint keys that the model does not use.</param>
public sealed record LoadRules(IReadOnlyList<string> MayBeMissing, IReadOnlyList<string> MayBeLeftOver)
{
    /// <summary>No mismatch is tolerated.</summary>
    public static LoadRules Strict { get; } = new([], []);
}
