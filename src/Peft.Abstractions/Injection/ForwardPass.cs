using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// What methods may ask of the forward pass in progress: which tokens are real. A backbone begins one for each of its passes.
/// </summary>
/// <remarks>Belongs to the thread that runs the pass, as dispose scopes do; passes inside passes end in reverse order.</remarks>
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

    /// <summary>Begins a pass; disposing of it ends it.</summary>
    /// <param name="mask">1 or true for real tokens, [batch, length]; null when all are.</param>
    /// <param name="isCausal">Whether a token may depend on those before it only.</param>
    /// <param name="history">The passes before over the same sequences, when their keys and values are cached and this pass has the new
    /// tokens alone.</param>
    /// <returns>The pass.</returns>
    public static ForwardPass Begin(Tensor? mask, bool isCausal = false, PassHistory? history = null) => new(mask, isCausal, history);

    /// <summary>Begins a pass on some rows of the pass in progress; null where it makes no difference.</summary>
    /// <param name="rows">Their numbers, int64 [n].</param>
    internal static ForwardPass? OnRows(Tensor rows) =>
        s_current is { } current && (current.Mask is not null || current.History is not null)
        ? new ForwardPass(current.Mask?.index_select(0, rows.to(current.Mask.device)), current.IsCausal, current.History) { _isPart = true }
        : null;

    /// <inheritdoc/>
    public void Dispose() => s_current = _outer;

    /// <summary>The pass of this thread, or null outside one.</summary>
    internal static ForwardPass? Current => s_current;

    /// <summary>1 for real tokens, [batch, length]; null when all are.</summary>
    internal Tensor? Mask { get; }

    internal bool IsCausal { get; }

    private PassHistory? History { get; }

    /// <summary>Running sums and counts over all tokens so far, those of earlier passes included.</summary>
    /// <exception cref="PassHistoryException">This is a part of the rows, whose earlier parts were others.</exception>
    internal (Tensor Sums, Tensor Counts) Continue(Tensor sums, Tensor counts)
    {
        if (History is null)
            return (sums, counts);
        return _isPart ? throw new PassHistoryException() : History.Continue(_averages++, sums, counts);
    }
}
