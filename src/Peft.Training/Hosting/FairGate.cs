namespace Peft.Training;

/// <summary>A lock that is granted in the order of requests, even if a thread releases it and requests it again immediately.</summary>
internal sealed class FairGate
{
    private readonly Lock _lock = new();
    private readonly LinkedList<ManualResetEventSlim> _waiting = new();
    private bool _isTaken;

    /// <summary>The number of threads that wait.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Waits for the gate.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the gate is not taken.</exception>
    public void Enter(CancellationToken cancellation)
    {
        using var called = new ManualResetEventSlim();
        lock (_lock)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }

            _waiting.AddLast(called);
        }

        try
        {
            called.Wait(cancellation);
        }
        catch (OperationCanceledException)
        {
            bool isTaken;
            lock (_lock)
                isTaken = !_waiting.Remove(called); // handed over while the wait was cancelled
            if (isTaken)
                Exit();
            throw;
        }
    }

    /// <summary>Hands the gate to the thread that has waited longest.</summary>
    public void Exit()
    {
        lock (_lock)
        {
            if (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                first.Value.Set();
            }
            else
            {
                _isTaken = false;
            }
        }
    }
}
