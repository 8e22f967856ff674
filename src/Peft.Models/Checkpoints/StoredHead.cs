using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Decides whether a classifier starts with the head that a checkpoint stores.</summary>
/// <param name="Stored">The names of the stored head's outputs; null where the checkpoint does not say.</param>
/// <param name="StoredOutputs">The number of the stored head's outputs.</param>
/// <param name="Wanted">The names of the task's labels; null where it has none.</param>
/// <param name="WantedOutputs">The number of outputs of the task.</param>
internal sealed record StoredHead(
    IReadOnlyList<string>? Stored, long StoredOutputs, IReadOnlyList<string>? Wanted, int WantedOutputs)
{
    /// <summary>Whether the head is kept.</summary>
    public bool IsKept => StoredOutputs == WantedOutputs && Order is not null;

    /// <summary>The stored output for each label of the task; null if their names do not agree.</summary>
    public IReadOnlyList<int>? Order => Match();

    /// <summary>A line about what happens to the head; null if it is kept as it is stored.</summary>
    public string? Notice
    {
        get
        {
            if (!IsKept)
                return $"the head is new: the checkpoint's has {Describe(StoredOutputs, Stored)}, "
                    + $"the task {Describe(WantedOutputs, Wanted)}";
            return Order!.SequenceEqual(Enumerable.Range(0, WantedOutputs))
                ? null
                : "the head is the checkpoint's, its outputs reordered by name";
        }
    }

    /// <summary>Moves the rows of a loaded head to the order of the task's labels.</summary>
    /// <param name="last">The parameters of the head's last linear map, one row for each output.</param>
    public void Reorder(IEnumerable<Tensor> last)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var rows = tensor(Order!.Select(row => (long)row).ToArray());
        foreach (var parameter in last)
            parameter.copy_(parameter.index_select(0, rows.to(parameter.device)));
    }

    private IReadOnlyList<int>? Match()
    {
        var asStored = Enumerable.Range(0, WantedOutputs).ToList();
        if (Wanted is null || Stored is null || Wanted.Count != Stored.Count || AreDefault(Stored))
            return asStored;
        var (have, want) = (Stored.Select(Plain).ToList(), Wanted.Select(Plain).ToList());
        var agree = have.Distinct().Count() == have.Count && have.ToHashSet().SetEquals(want);
        return agree ? [.. want.Select(name => have.IndexOf(name))] : null;
    }

    /// <summary>Whether the names are those that Hugging Face's libraries give outputs without names.</summary>
    private static bool AreDefault(IReadOnlyList<string> names) =>
        names.Select((name, index) => name.Equals($"LABEL_{index}", StringComparison.OrdinalIgnoreCase)).All(same => same);

    private static string Plain(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static string Describe(long outputs, IReadOnlyList<string>? names)
    {
        var count = outputs == 1 ? "1 output" : $"{outputs} outputs";
        return names is null || names.Count != outputs || outputs > 10 ? count : $"{count} ({string.Join(", ", names)})";
    }
}
