using Peft.Server.Pages.Runs;

namespace Peft.Server.Pages.Live;

/// <summary>Follows the feeds of a page while it is shown, and redraws the page when they change.</summary>
internal sealed class Following(RunCatalog runs) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, RunFeed> _feeds = [];

    /// <summary>Ends with the page.</summary>
    public CancellationToken Ended => _end.Token;

    /// <summary>The changes so far.</summary>
    public int Version => _feeds.Values.Sum(feed => feed.Version);

    /// <summary>Why a run cannot be followed; null if all can.</summary>
    public Exception? Problem { get; private set; }

    /// <summary>The feed of a run, which is followed from now on. Call it on the page's synchronization context.</summary>
    public RunFeed Follow(string name)
    {
        if (_feeds.TryGetValue(name, out var known))
            return known;
        var feed = _feeds[name] = new RunFeed();
        _ = FollowAsync(feed, name);
        return feed;
    }

    /// <summary>Draws the page again at intervals, if something changed, until it ends.</summary>
    /// <param name="refresh">Reads what is not in the feeds, and says whether the page is to be drawn.</param>
    /// <param name="draw">Draws the page.</param>
    public async Task RunAsync(Func<Task<bool>> refresh, Action draw)
    {
        var drawn = -1;
        using var timer = new PeriodicTimer(s_interval);
        try
        {
            do
            {
                var isChanged = await refresh();
                if (!isChanged && Version == drawn)
                    continue;
                drawn = Version;
                draw();
            }
            while (await timer.WaitForNextTickAsync(_end.Token));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // the page is closed
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Cancel();

    private async Task FollowAsync(RunFeed feed, string name)
    {
        try
        {
            await feed.FollowAsync(runs, name, _end.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // the page is closed
        }
        catch (Exception problem)
        {
            Problem = problem;
        }
    }
}
