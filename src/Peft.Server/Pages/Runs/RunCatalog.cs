using System.Collections.Concurrent;
using Peft.Hosting;
using Peft.Training;

namespace Peft.Server.Pages.Runs;

/// <summary>The jobs, and the finished runs of the folder that are no jobs. Results are read once.</summary>
internal sealed class RunCatalog(IFineTuningJobs jobs)
{
    private readonly ConcurrentDictionary<string, (DateTime Written, RunResult? Result)> _results = new();

    public IFineTuningJobs Jobs => jobs;

    /// <summary>Lists the runs, the latest first.</summary>
    /// <param name="feedOf">Gives the feed of a job that trains.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    public async Task<IReadOnlyList<RunRow>> ListAsync(Func<string, Live.RunFeed> feedOf, CancellationToken cancellation)
    {
        var known = await jobs.ListAsync(cancellation);
        var rows = known.Select(job => RunRow.FromJob(
            job, job.HasEnded ? FindResult(job.Name) : null, job.State == JobState.Running ? feedOf(job.Name) : null)).ToList();
        var names = rows.Select(row => row.Name).ToHashSet();
        var others = RunEndpoints.Names(jobs).Where(name => !names.Contains(name));
        rows.AddRange(others.Select(name => FindResult(name) is { } result ? RunRow.FromResult(name, result) : null).OfType<RunRow>());
        return [.. rows.OrderByDescending(row => row.At)];
    }

    /// <summary>A job; null if there is none of the name.</summary>
    public async Task<FineTuningJob?> FindJobAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await jobs.GetAsync(name, cancellation);
        }
        catch (UnknownJobException)
        {
            return null;
        }
    }

    /// <summary>The result of a run; null if there is none, or it cannot be read.</summary>
    /// <exception cref="JobRequestException">The name is none that a run can have.</exception>
    public RunResult? FindResult(string name)
    {
        var folder = jobs.FolderOf(name);
        var written = File.GetLastWriteTimeUtc(Path.Combine(folder, RunResult.FileName));
        if (_results.TryGetValue(name, out var known) && known.Written == written)
            return known.Result;
        RunResult? result = null;
        try
        {
            result = RunResult.Read(folder);
        }
        catch (RunFolderException)
        {
            // no result yet, or a damaged one: the list shows the rest
        }

        _results[name] = (written, result);
        return result;
    }
}
