using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// What backward passes of one thread need beside libtorch: a failure to rethrow, and tensors to free. On the CPU libtorch calls back on
/// the thread that called
/// <c>backward</c>; on a GPU on a thread of its own, while that thread waits.
/// </summary>
internal sealed class BackwardThread
{
    [ThreadStatic]
    private static BackwardThread? s_current;

    // Native code copies the handles of returned tensors right after the callback returned, so they are freed by the next callback of the
    // thread.
    [ThreadStatic]
    private static List<Tensor>? s_returned;

    private readonly Lock _lock = new();
    private readonly HashSet<List<Tensor>> _toFree = [];
    private readonly Stack<bool> _runs = [];
    private ExceptionDispatchInfo? _failure;

    /// <summary>That of the calling thread.</summary>
    public static BackwardThread Current => s_current ??= new BackwardThread();

    /// <summary>This thread's where a run is in progress here; the forward pass's where libtorch calls on a thread of its own.</summary>
    public BackwardThread OrCurrent => s_current is { _runs.Count: > 0 } current ? current : this;

    /// <summary>Whether an operation failed, and nobody was told yet.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_lock)
                return _failure is not null;
        }
    }

    /// <summary>
    /// Whether the backward pass in progress frees what the graph saved. False where it was not started by <see cref="Backward"/>.
    /// </summary>
    public bool FreesGraph
    {
        get
        {
            lock (_lock)
                return _runs.TryPeek(out var frees) && frees;
        }
    }

    /// <summary>Whether a backward pass that <see cref="Backward"/> started is in progress.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_lock)
                return _runs.Count > 0;
        }
    }

    /// <summary>Begins a backward pass.</summary>
    public void Begin(bool freesGraph)
    {
        lock (_lock)
            _runs.Push(freesGraph);
    }

    /// <summary>Ends it, and frees what callbacks returned.</summary>
    public void End()
    {
        lock (_lock)
        {
            _runs.Pop();
            foreach (var returned in _toFree)
                Free(returned);
            _toFree.Clear();
        }
    }

    /// <summary>Remembers the first failure.</summary>
    public void Fail(Exception problem)
    {
        lock (_lock)
            _failure ??= ExceptionDispatchInfo.Capture(problem);
    }

    /// <summary>Throws the failure, if there is one, as it was thrown.</summary>
    public void ThrowFailure()
    {
        ExceptionDispatchInfo? failure;
        lock (_lock)
            (failure, _failure) = (_failure, null);
        failure?.Throw();
    }

    /// <summary>Frees what earlier callbacks on this thread returned.</summary>
    public static void FreeReturned()
    {
        if (s_returned is { } returned)
            Free(returned);
    }

    /// <summary>Keeps a callback's results until native code has copied them, and frees what it was given.</summary>
    public void KeepReturned(IEnumerable<Tensor?> results, List<Tensor> given)
    {
        foreach (var gradient in given)
            gradient?.Dispose();
        var returned = s_returned ??= [];
        lock (returned)
            returned.AddRange(results.OfType<Tensor>());
        lock (_lock)
            _toFree.Add(returned);
    }

    private static void Free(List<Tensor> returned)
    {
        lock (returned)
        {
            foreach (var tensor in returned)
                tensor.Dispose();
            returned.Clear();
        }
    }
}
