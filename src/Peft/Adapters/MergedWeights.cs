using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>An adapter cannot be merged, or not in the model's current state.</summary>
/// <param name="message">What was found and how to fix it.</param>
public sealed class MergeException(string message) : Exception(message);

/// <summary>Keeps the weights that a merge replaced, so that unmerging restores them bit by bit, however often it is done.</summary>
internal sealed class MergedWeights
{
    private readonly List<(Parameter Parameter, Tensor Original)> _replaced = [];

    private MergedWeights()
    {
    }

    /// <summary>Computes and checks all new weights, then replaces the old ones.</summary>
    public static MergedWeights Apply(IReadOnlyList<Adapter> adapters)
    {
        foreach (var adapter in adapters)
        {
            if (adapter.Unfreezing is not null || adapter.Spec.Parts.FirstOrDefault(part => !part.Method.Mergeable) is { })
                throw new MergeException($"{adapter.Spec.Parts.First(part => !part.Method.Mergeable).Method.Name} cannot be merged: its "
                    + "formula is no change of a weight. Use it as it is.");
            adapter.Router?.UseMerged();
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var changes = new List<(Parameter Parameter, Tensor Value)>();
        foreach (var place in adapters.SelectMany(adapter => adapter.Attached).GroupBy(attached => attached.Address.Point))
            changes.AddRange(PointMerge.Changes([.. place]));
        var merged = new MergedWeights();
        foreach (var (parameter, value) in changes)
        {
            merged._replaced.Add((parameter, parameter.detach().clone().DetachFromDisposeScope()));
            parameter.copy_(value);
        }

        return merged;
    }

    /// <summary>Restores the original weights.</summary>
    public void Revert()
    {
        using var frozen = no_grad();
        foreach (var (parameter, original) in _replaced)
            parameter.copy_(original);
        Keep();
    }

    /// <summary>Discards the original weights, so that the merged ones stay.</summary>
    public void Keep()
    {
        foreach (var (_, original) in _replaced)
            original.Dispose();
        _replaced.Clear();
    }
}
