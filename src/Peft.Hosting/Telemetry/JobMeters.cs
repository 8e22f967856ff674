using System.Diagnostics.Metrics;

namespace Peft.Hosting;

/// <summary>Metrics of jobs, in the meter <c>Peft.Hosting</c>.</summary>
internal sealed class JobMeters
{
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _seconds;

    public JobMeters(IMeterFactory factory, JobFolders folders)
    {
        var meter = factory.Create(PredictorMeters.MeterName);
        _ended = meter.CreateCounter<long>("peft.jobs.ended", "{job}", "Jobs that ended on this host.");
        _seconds = meter.CreateHistogram<double>("peft.jobs.duration", "s", "Time from a job's first start to its end.");
        meter.CreateObservableGauge("peft.jobs.open", () => Open(folders), "{job}", "Jobs that have not ended, of all hosts.");
    }

    public void Ended(FineTuningJob job)
    {
        _ended.Add(1, StateOf(job.State));
        if (job is { Started: { } started, Ended: { } ended })
            _seconds.Record((ended - started).TotalSeconds, StateOf(job.State));
    }

    private static IEnumerable<Measurement<int>> Open(JobFolders folders)
    {
        var open = folders.List().Where(job => !job.HasEnded).ToLookup(job => job.State);
        return ((JobState[])[JobState.Queued, JobState.Running]).Select(state => new Measurement<int>(open[state].Count(), StateOf(state)));
    }

    private static KeyValuePair<string, object?> StateOf(JobState state) => new("state", state.ToString().ToLowerInvariant());
}
