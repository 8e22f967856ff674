using System.Diagnostics;

namespace Peft.Training;

/// <summary>Steps done, tokens seen and time spent in steps.</summary>
internal sealed class StepClock(int totalSteps)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _tokens;
    private long _tokensOfStep;

    public int Step { get; private set; }

    public TimeSpan Elapsed => _watch.Elapsed;

    public void Count(long tokens) => _tokensOfStep += tokens;

    public long Advance()
    {
        Step++;
        var tokens = _tokensOfStep;
        _tokens += tokens;
        _tokensOfStep = 0;
        return tokens;
    }

    public TrainingProgress Progress(int epoch, double loss, double rate) => new(
        Step, totalSteps, epoch, loss, rate, _tokens / Math.Max(1e-9, _watch.Elapsed.TotalSeconds), _watch.Elapsed / Step * (totalSteps - Step));
}
