using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>An adapter may not be merged, or not now.</summary>
/// <param name="message">What was found and what to do.</param>
public sealed class MergeException(string message) : Exception(message);

/// <summary>The weights that a merge replaced: kept, so that unmerging gives them back to the bit, however often it is done.</summary>
internal sealed class MergedWeights
{
    private readonly List<(Parameter Parameter, Tensor Original)> _replaced = [];

    private MergedWeights()
    {
    }

    /// <summary>Computes and checks every new weight, then puts them in.</summary>
    public static MergedWeights Apply(IReadOnlyList<Adapter> adapters)
    {
        foreach (var adapter in adapters)
        {
            if (adapter.Unfreezing is not null || adapter.Spec.Parts.FirstOrDefault(part => !part.Method.Mergeable) is { })
                throw new MergeException($"{adapter.Spec.Parts.First(part => !part.Method.Mergeable).Method.Name} cannot be merged: its "
                    + "formula is no change of a weight. Use it as it is.");
            adapter.Router?.Use(null);
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var changes = new List<(Parameter Parameter, Tensor Value)>();
        foreach (var place in adapters.SelectMany(adapter => adapter.Attached).GroupBy(attached => attached.Address.Point))
            changes.AddRange(PointMerge.Of([.. place]));
        var merged = new MergedWeights();
        foreach (var (parameter, value) in changes)
        {
            merged._replaced.Add((parameter, parameter.detach().clone().DetachFromDisposeScope()));
            parameter.copy_(value);
        }

        return merged;
    }

    /// <summary>Puts the original weights back.</summary>
    public void Revert()
    {
        using var frozen = no_grad();
        foreach (var (parameter, original) in _replaced)
            parameter.copy_(original);
        Keep();
    }

    /// <summary>Forgets the original weights: the merged ones stay.</summary>
    public void Keep()
    {
        foreach (var (_, original) in _replaced)
            original.Dispose();
        _replaced.Clear();
    }
}
