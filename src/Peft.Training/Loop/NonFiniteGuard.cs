namespace Peft.Training;

/// <summary>
/// Handles a step whose loss or gradient is not finite: <c>stop</c>, <c>skip</c> or <c>rollback</c>. Each case is logged.
/// </summary>
internal sealed class NonFiniteGuard(TrainingOptions options, ITrainingObserver observer)
{
    public const string Stop = "stop";
    public const string Skip = "skip";
    public const string Rollback = "rollback";

    /// <summary>The largest number of consecutive skips, or of rollbacks in a run. Beyond it the run stops.</summary>
    private const int Limit = 10;

    private int _inRow;
    private int _rollbacks;

    /// <summary>Whether gradients are checked even if they are not clipped. A bad update cannot be skipped after it was applied.</summary>
    public bool ChecksGradients => options.NonFinite != Stop;

    /// <summary>Records a step whose values are finite.</summary>
    public void Passed() => _inRow = 0;

    /// <summary>Handles a step whose loss or gradient norm is not finite.</summary>
    /// <param name="state">The run; a skipped step is counted as done.</param>
    /// <param name="snapshots">The snapshots to roll back to.</param>
    /// <param name="what">Which value: loss or gradient norm.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether the run has rolled back to another position in its data.</returns>
    /// <exception cref="NonFiniteLossException">The policy is to stop, or the limit was exceeded.</exception>
    public bool Handle(LoopState state, RunSnapshots? snapshots, string what, double value)
    {
        var step = state.Clock.Step + 1;
        var rollsBack = options.NonFinite == Rollback;
        var count = rollsBack ? ++_rollbacks : ++_inRow;
        if (options.NonFinite == Stop || count > Limit)
        {
            observer.Noted($"the {what} of step {step} is {value}; stopped");
            throw new NonFiniteLossException(step, value, what);
        }

        if (!rollsBack)
        {
            observer.Noted($"the {what} of step {step} is {value}; the step is skipped");
            state.SkipStep();
            return false;
        }

        int[] avoided = [.. state.Avoided, step];
        var to = snapshots!.RollBack();
        state.Avoided.UnionWith(avoided);
        observer.Noted($"the {what} of step {step} is {value}; rolled back to step {to}, and step {step} will be left out");
        return true;
    }
}
