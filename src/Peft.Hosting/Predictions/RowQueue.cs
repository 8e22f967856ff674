using System.Threading.Channels;

namespace Peft.Hosting;

/// <summary>The requests that wait, in the order in which they came. One thread takes them, any number of threads add them.</summary>
internal sealed class RowQueue(TimeProvider time)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1); // a timer refuses 50 days, the value of a mistyped "50"

    private readonly Channel<IWaiting> _rows = Channel.CreateUnbounded<IWaiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<IWaiting> _waiting = []; // read from the channel, and in no batch yet
    private int _count;

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes all texts of a request, or none.</summary>
    /// <exception cref="PredictorBusyException">More than <paramref name="most"/> would wait.</exception>
    public void Add(IReadOnlyList<IWaiting> rows, int most)
    {
        if (Interlocked.Add(ref _count, rows.Count) > most)
        {
            Interlocked.Add(ref _count, -rows.Count);
            throw new PredictorBusyException(most);
        }

        foreach (var row in rows)
        {
            if (_rows.Writer.TryWrite(row))
                continue;
            Interlocked.Decrement(ref _count);
            row.Failed(new OperationCanceledException("the host stops"));
        }
    }

    /// <summary>Waits for a request, and then for more until there are enough or the time is over.</summary>
    /// <returns>At least one request, those of <see cref="TakeBatch"/>; null at the end.</returns>
    public async Task<List<IWaiting>?> TakeAsync(Func<PredictorOptions> options)
    {
        if (_waiting.Count == 0 && !await _rows.Reader.WaitToReadAsync().ConfigureAwait(false))
            return null;
        var current = options();
        var most = Math.Max(1, current.MostRows);
        var wait = current.LongestWait < s_longestWait ? current.LongestWait : s_longestWait;
        var isFirst = _waiting.Count == 0; // what was left by an earlier batch has waited already
        Fill();
        if (isFirst && _waiting.Count < most && wait > TimeSpan.Zero)
        {
            using var over = new CancellationTokenSource(wait, time);
            try
            {
                while (_waiting.Count < most && await _rows.Reader.WaitToReadAsync(over.Token).ConfigureAwait(false))
                    Fill();
            }
            catch (OperationCanceledException)
            {
                // the first request has waited long enough
            }
        }

        return TakeBatch(most);
    }

    /// <summary>Takes requests that are there.</summary>
    /// <returns>Those of <see cref="TakeBatch"/>, often none; null at the end.</returns>
    public List<IWaiting>? Take(PredictorOptions options)
    {
        Fill();
        var batch = TakeBatch(Math.Max(1, options.MostRows));
        return batch.Count == 0 && _rows.Reader.Completion.IsCompleted ? null : batch;
    }

    /// <summary>Takes no more requests.</summary>
    public void Close() => _rows.Writer.TryComplete();

    private void Fill()
    {
        while (_rows.Reader.TryRead(out var row))
            _waiting.Add(row);
    }

    /// <summary>
    /// Requests of the first one's group, up to a limit: the first of each adapter, then the second, and so on, so that no adapter waits
    /// for all texts of another. The rest of the group moves behind the others.
    /// </summary>
    private List<IWaiting> TakeBatch(int most)
    {
        if (_waiting.Count == 0)
            return [];
        var passes = _waiting[0].Group;
        var same = (from rows in _waiting.Where(row => Equals(row.Group, passes)).GroupBy(row => row.Adapter)
                    from waiting in rows.Select((row, turn) => (Row: row, Turn: turn))
                    orderby waiting.Turn // a stable order
                    select waiting.Row).ToList();
        _waiting.RemoveAll(row => Equals(row.Group, passes));
        _waiting.AddRange(same.Skip(most));
        List<IWaiting> batch = [.. same.Take(most)];
        Interlocked.Add(ref _count, -batch.Count);
        return batch;
    }
}
