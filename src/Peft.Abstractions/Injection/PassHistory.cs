using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The totals of causal averages (<see cref="TokenMean"/>) over earlier passes of the same sequences. A backbone that decodes with cached
/// keys and values keeps one with its cache. A gate then gives for a new token the value that it would have if all tokens were passed at
/// once.
/// </summary>
/// <remarks>
/// Averages are identified by their order within a pass, so do not change the attached methods while a history is in use.
/// </remarks>
public sealed class PassHistory : IDisposable
{
    private readonly List<(Tensor Sum, Tensor Count)> _totals = [];

    /// <summary>Reorders the rows after the batch changed, for example in a beam search.</summary>
    /// <param name="rows">For each new row, the index of the old one, int64 [n].</param>
    public void Reorder(Tensor rows)
    {
        for (var i = 0; i < _totals.Count; i++)
        {
            var (sum, count) = _totals[i];
            _totals[i] = (Keep(sum.index_select(0, rows)), Keep(count.index_select(0, rows)));
            sum.Dispose();
            count.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (sum, count) in _totals)
        {
            sum.Dispose();
            count.Dispose();
        }

        _totals.Clear();
    }

    /// <summary>Adds the totals of earlier passes, and stores those of this one.</summary>
    /// <param name="order">The average's index within its pass, from 0.</param>
    /// <param name="sums">Running sums over this pass's tokens [batch, length, n].</param>
    /// <param name="counts">Running counts [batch, length, 1].</param>
    /// <returns>The sums and counts over all tokens so far.</returns>
    internal (Tensor Sums, Tensor Counts) Continue(int order, Tensor sums, Tensor counts)
    {
        if (order < _totals.Count)
            (sums, counts) = (sums + _totals[order].Sum, counts + _totals[order].Count);
        var last = sums.shape[1] - 1;
        var totals = (Keep(sums.narrow(1, last, 1).clone()), Keep(counts.narrow(1, last, 1).clone()));
        if (order == _totals.Count)
        {
            _totals.Add(totals);
            return (sums, counts);
        }

        _totals[order].Sum.Dispose();
        _totals[order].Count.Dispose();
        _totals[order] = totals;
        return (sums, counts);
    }

    private static Tensor Keep(Tensor tensor) => tensor.detach().DetachFromDisposeScope();
}

/// <summary>
/// An average over tokens cannot continue from cached passes, because rows of a batch are routed separately and are grouped differently in
/// each pass.
/// </summary>
public sealed class PassHistoryException()
    : Exception("a gate that averages over tokens cannot be decoded with a cache where each row has a route of its own; decode with "
        + "the merged weights (inference merged) instead.");
