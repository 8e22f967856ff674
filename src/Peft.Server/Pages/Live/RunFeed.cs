using Peft.Hosting;
using Peft.Server.Pages.Runs;
using Peft.Training;

namespace Peft.Server.Pages.Live;

/// <summary>
/// What a page shows of a run: its curves, epochs and notes so far. It follows a job live, and reads the result of a run that is no job.
/// </summary>
internal sealed class RunFeed
{
    private const int EventsAtOnce = 200, MostLines = 500;

    private readonly List<string> _log = [];
    private readonly List<EpochResult> _epochs = [];

    public Series Loss { get; } = new();

    public Series LearningRate { get; } = new();

    public Series TokensPerSecond { get; } = new();

    /// <summary>The job; null for a run that is none.</summary>
    public FineTuningJob? Job { get; private set; }

    /// <summary>The result; null until there is one.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>What is trained; null until a host began.</summary>
    public RunSummary? Summary { get; private set; }

    /// <summary>The progress of the last step; null before the first.</summary>
    public TrainingProgress? Progress { get; private set; }

    public IReadOnlyList<EpochResult> Epochs => _epochs;

    /// <summary>How often each expert of a mixture was picked until the last evaluation; null before, and without a mixture.</summary>
    public IReadOnlyList<ExpertPicks>? Picks => Result?.ExpertPicks ?? _epochs.LastOrDefault()?.ExpertPicks;

    /// <summary>The last lines of what happened.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>Grows with each change.</summary>
    public int Version { get; private set; }

    /// <summary>Follows a run until it ends.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="name">The run.</param>
    /// <param name="cancellation">Ends the following.</param>
    /// <exception cref="UnknownJobException">There is neither a job nor a run of the name.</exception>
    public async Task FollowAsync(RunCatalog runs, string name, CancellationToken cancellation)
    {
        Job = await runs.FindJobAsync(name, cancellation);
        Version++;
        if (Job is not null)
        {
            var events = 0;
            await foreach (var happened in runs.Jobs.WatchAsync(name, cancellation))
            {
                Apply(happened);
                if (happened is JobStarted or JobEnded)
                    Job = await runs.Jobs.GetAsync(name, cancellation);
                if (++events % EventsAtOnce == 0)
                    await Task.Yield(); // a long job's events leave time for the page
            }
        }

        Result = runs.FindResult(name) ?? (Job is null ? throw new UnknownJobException(name) : null);
        if (_epochs.Count == 0 && Result is not null)
            _epochs.AddRange(Result.Epochs);
        Version++;
    }

    /// <summary>Adds what happened.</summary>
    public void Apply(JobEvent happened)
    {
        switch (happened)
        {
            case JobStarted started:
                Summary = started.Summary;
                Note(happened, $"attempt {started.Attempt} on {started.Host}, {started.Summary.TrainRows} training rows, "
                    + $"{started.Summary.Device}");
                break;
            case JobStepped { Progress: var progress }:
                Progress = progress;
                Loss.Add(progress.Step, progress.Loss);
                LearningRate.Add(progress.Step, progress.LearningRate);
                TokensPerSecond.Add(progress.Step, progress.TokensPerSecond);
                break;
            case JobEvaluated { Epoch: var epoch }:
                _epochs.RemoveAll(known => known.Epoch >= epoch.Epoch); // a run that continues reports it again
                _epochs.Add(epoch);
                Note(happened, $"epoch {epoch.Epoch}: loss {PageText.Number(epoch.TrainLoss)}, "
                    + string.Join(", ", epoch.Metrics.Select(metric => $"{metric.Key} {PageText.Number(metric.Value)}")));
                break;
            case JobNoted noted:
                Note(happened, noted.Message);
                break;
            case JobDecoded decoded when decoded.Done == decoded.Total:
                Note(happened, $"{decoded.Total} contexts decoded");
                break;
            case JobEnded ended:
                Note(happened, ended.Error is null ? RunRow.TextOf(ended.State) : $"failed: {ended.Error}");
                break;
        }

        Version++;
    }

    private void Note(JobEvent happened, string text)
    {
        _log.Add($"{PageText.Time(happened.At)}  {text}");
        if (_log.Count > MostLines)
            _log.RemoveAt(0);
    }
}
