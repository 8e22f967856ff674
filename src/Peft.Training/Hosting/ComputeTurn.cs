using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// Lets several runs of one process compute in turn, so that each gives results that are bit-identical to those of a run on its own.
/// libtorch has one random generator for each device, one number of threads and one precision of products for the whole process; a turn
/// sets a run's own, and hands over to a waiting run between steps.
/// </summary>
internal sealed class ComputeTurn : IDisposable
{
    private static readonly FairGate s_gate = new();

    /// <summary>The turn that the calling thread has; a run that an observer starts inside another run interrupts that one.</summary>
    [ThreadStatic]
    private static ComputeTurn? s_current;

    private readonly ComputeTurn? _interrupted;
    private readonly string _precisionBefore;
    private readonly int _threads;
    private readonly string _precision;
    private readonly Device _device;
    private IReadOnlyList<Tensor> _random = [];

    private ComputeTurn(TrainingOptions options)
    {
        (_interrupted, _precisionBefore) = (s_current, MatrixPrecision.Current);
        (_threads, _precision, _device) = (options.Threads, options.MatmulPrecision, DeviceChoice.Parse(options.Device));
    }

    /// <summary>Waits until no other run computes, and sets the run's seed, threads and precision.</summary>
    /// <param name="options">The run's settings.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The turn, which belongs to the calling thread; the caller disposes it at the end of the run.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled before its turn.</exception>
    public static ComputeTurn Begin(TrainingOptions options, CancellationToken cancellation)
    {
        if (s_current is null)
            s_gate.Enter(cancellation);
        else
            s_current.SaveRandomState();
        try
        {
            var turn = new ComputeTurn(options);
            turn.UseSettings();
            manual_seed(options.Seed);
            return s_current = turn;
        }
        catch
        {
            End(s_current);
            throw;
        }
    }

    /// <summary>
    /// Waits until no run computes, for work that takes numbers from the random generator between the steps of runs, such as loading a
    /// model; each run continues with its own generator's state.
    /// </summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The caller disposes it, on the same thread, at the end of the work.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled before its turn.</exception>
    public static IDisposable BetweenSteps(CancellationToken cancellation)
    {
        if (s_current is { } interrupted)
        {
            interrupted.SaveRandomState();
            return new Release(interrupted.Resume);
        }

        s_gate.Enter(cancellation);
        return new Release(s_gate.Exit);
    }

    /// <summary>
    /// Hands over to a run that waits, and returns when it is the calling thread's turn again. Called between steps and batches; does
    /// nothing outside a run, or where an observer runs one inside another.
    /// </summary>
    public static void Yield()
    {
        if (s_current is not { _interrupted: null } turn || s_gate.WaitingCount == 0)
            return;
        turn.SaveRandomState();
        MatrixPrecision.Use(turn._precisionBefore);
        s_gate.Exit();
        s_gate.Enter(CancellationToken.None); // the run's own loop checks for cancellation
        turn.Resume();
    }

    /// <summary>Ends the turn and restores the precision that was set before.</summary>
    public void Dispose()
    {
        MatrixPrecision.Use(_precisionBefore);
        ReleaseRandomState();
        End(_interrupted);
    }

    private static void End(ComputeTurn? interrupted)
    {
        s_current = interrupted;
        if (interrupted is null)
            s_gate.Exit();
        else
            interrupted.Resume();
    }

    private void Resume()
    {
        UseSettings();
        RandomState.Set(_random, _device);
        ReleaseRandomState();
    }

    private void UseSettings()
    {
        ComputeThreads.Use(_threads);
        MatrixPrecision.Use(_precision);
    }

    private void SaveRandomState()
    {
        using var scope = NewDisposeScope();
        _random = [.. RandomState.Capture(_device).Select(state => state.DetachFromDisposeScope())];
    }

    private void ReleaseRandomState()
    {
        foreach (var state in _random)
            state.Dispose();
        _random = [];
    }

    private sealed class Release(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
