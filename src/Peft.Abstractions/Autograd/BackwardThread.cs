using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The state of one thread's backward passes: a failure to rethrow, and tensors to free. On the CPU, libtorch runs callbacks on the thread
/// that called <c>backward</c>; on a GPU, on another thread, while the caller waits.
/// </summary>
internal sealed class BackwardThread
{
    [ThreadStatic]
    private static BackwardThread? s_current;

    // Native code copies the handles of returned tensors right after the callback returned, so the next callback of the thread frees them.
    [ThreadStatic]
    private static List<Tensor>? s_returned;

    private readonly Lock _lock = new();
    private readonly HashSet<List<Tensor>> _toFree = [];
    private readonly Stack<bool> _runs = [];
    private ExceptionDispatchInfo? _failure;

    /// <summary>The state of the calling thread.</summary>
    public static BackwardThread Current => s_current ??= new BackwardThread();

    /// <summary>
    /// This thread's state if a run is in progress here; otherwise, if libtorch calls back on another thread, that of the forward pass.
    /// </summary>
    public BackwardThread OrCurrent => s_current is { _runs.Count: > 0 } current ? current : this;

    /// <summary>Whether an operation failed and the failure was not reported yet.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_lock)
                return _failure is not null;
        }
    }

    /// <summary>
    /// Whether the backward pass in progress frees the graph's saved tensors. False if it was not started by <see cref="Backward"/>.
    /// </summary>
    public bool FreesGraph
    {
        get
        {
            lock (_lock)
                return _runs.TryPeek(out var frees) && frees;
        }
    }

    /// <summary>Whether a backward pass started by <see cref="Backward"/> is in progress.</summary>
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

    /// <summary>Ends a backward pass, and frees what callbacks returned.</summary>
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

    /// <summary>Stores the first failure.</summary>
    public void Fail(Exception problem)
    {
        lock (_lock)
            _failure ??= ExceptionDispatchInfo.Capture(problem);
    }

    /// <summary>Rethrows the stored failure, if any, unchanged.</summary>
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

    /// <summary>Keeps a callback's results until native code has copied them, and frees its arguments.</summary>
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
