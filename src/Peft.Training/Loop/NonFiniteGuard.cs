namespace Peft.Training;

/// <summary>
/// What is done about a step whose loss or gradient is not finite: <c>stop</c>, <c>skip</c> or <c>rollback</c>. Whatever it is, it is
/// logged.
/// </summary>
internal sealed class NonFiniteGuard(TrainingOptions options, ITrainingObserver observer)
{
    public const string Stop = "stop";
    public const string Skip = "skip";
    public const string Rollback = "rollback";

    /// <summary>More of them than this, in a row or in a run of rollbacks, is no accident.</summary>
    private const int Limit = 10;

    private int _inRow;
    private int _rollbacks;

    /// <summary>
    /// Whether gradients are looked at even where they are not clipped: after a bad update there is nothing left to skip.
    /// </summary>
    public bool ChecksGradients => options.NonFinite != Stop;

    /// <summary>Notes a step that was in order.</summary>
    public void Passed() => _inRow = 0;

    /// <summary>Acts.</summary>
    /// <param name="state">The run; the step is counted as done where it is skipped.</param>
    /// <param name="checkpoints">What to go back to.</param>
    /// <param name="what">Loss or gradient norm.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Whether the run is elsewhere in its data now.</returns>
    /// <exception cref="NonFiniteLossException">The policy is to stop, or there were too many.</exception>
    public bool Handle(LoopState state, RunCheckpoints? checkpoints, string what, double value)
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
        var to = checkpoints!.RollBack();
        state.Avoided.UnionWith(avoided);
        observer.Noted($"the {what} of step {step} is {value}; rolled back to step {to}, and step {step} will be left out");
        return true;
    }
}
