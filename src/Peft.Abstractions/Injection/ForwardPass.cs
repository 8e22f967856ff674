using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The forward pass in progress, from which methods find out which tokens are real. A backbone begins one for each of its passes.
/// </summary>
/// <remarks>It belongs to the thread that runs the pass, like dispose scopes. Nested passes end in reverse order.</remarks>
public sealed class ForwardPass : IDisposable
{
    [ThreadStatic]
    private static ForwardPass? s_current;

    private readonly ForwardPass? _outer = s_current;

    private int _averages;
    private bool _isPart;

    private ForwardPass(Tensor? mask, bool isCausal, PassHistory? history)
    {
        (Mask, IsCausal, History) = (mask, isCausal, history);
        s_current = this;
    }

    /// <summary>Begins a pass, which ends when the result is disposed.</summary>
    /// <param name="mask">1 or true for real tokens, [batch, length]; null without padding.</param>
    /// <param name="isCausal">Whether tokens may depend only on earlier tokens.</param>
    /// <param name="history">Earlier passes over the same sequences, if their keys and values are cached and this pass has only the new
    /// tokens.</param>
    /// <returns>The pass.</returns>
    public static ForwardPass Begin(Tensor? mask, bool isCausal = false, PassHistory? history = null) => new(mask, isCausal, history);

    /// <summary>Begins a pass on some rows of the pass in progress; null if it makes no difference.</summary>
    /// <param name="rows">The rows' indices, int64 [n].</param>
    internal static ForwardPass? OnRows(Tensor rows) =>
        s_current is { } current && (current.Mask is not null || current.History is not null)
        ? new ForwardPass(current.Mask?.index_select(0, rows.to(current.Mask.device)), current.IsCausal, current.History) { _isPart = true }
        : null;

    /// <summary>Begins a pass on a range of rows of the pass in progress; null if it makes no difference.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">The number of rows.</param>
    internal static ForwardPass? OnRange(long first, long count) => s_current is { Mask: { } mask } current
        ? new ForwardPass(mask.narrow(0, first, count), current.IsCausal, current.History) { _isPart = true }
        : null;

    /// <inheritdoc/>
    public void Dispose() => s_current = _outer;

    /// <summary>This thread's pass, or null outside one.</summary>
    internal static ForwardPass? Current => s_current;

    /// <summary>1 for real tokens, [batch, length]; null without padding.</summary>
    internal Tensor? Mask { get; }

    internal bool IsCausal { get; }

    private PassHistory? History { get; }

    /// <summary>Running sums and counts over all tokens so far, including those of earlier passes.</summary>
    /// <exception cref="PassHistoryException">This pass covers some of the rows, and earlier passes covered others.</exception>
    internal (Tensor Sums, Tensor Counts) Continue(Tensor sums, Tensor counts)
    {
        if (History is null)
            return (sums, counts);
        return _isPart ? throw new PassHistoryException() : History.Continue(_averages++, sums, counts);
    }
}
