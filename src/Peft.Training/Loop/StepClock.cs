using System.Diagnostics;

namespace Peft.Training;

/// <summary>Counts steps and tokens and measures the time of training.</summary>
internal sealed class StepClock(int totalSteps)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _before;
    private long _tokensOfStep;

    public int Step { get; private set; }

    public long Tokens { get; private set; }

    /// <summary>The elapsed time, including that of the run before it was resumed.</summary>
    public TimeSpan Elapsed => _before + _watch.Elapsed;

    /// <summary>Restores the values of a snapshot.</summary>
    public void Restore(int step, long tokens, TimeSpan elapsed)
    {
        (Step, Tokens, _tokensOfStep, _before) = (step, tokens, 0, elapsed);
        _watch.Restart();
    }

    public void Count(long tokens) => _tokensOfStep += tokens;

    public long Advance()
    {
        Step++;
        var tokens = _tokensOfStep;
        Tokens += tokens;
        _tokensOfStep = 0;
        return tokens;
    }

    public TrainingProgress Progress(int epoch, double loss, double rate) => new(
        Step, totalSteps, epoch, loss, rate, Tokens / Math.Max(1e-9, Elapsed.TotalSeconds), Elapsed / Step * (totalSteps - Step));
}
