using System.Threading.Channels;

namespace Peft.Hosting;

/// <summary>The requests that wait, in the order in which they came.</summary>
internal sealed class RowQueue(TimeProvider time)
{
    private readonly Channel<IWaiting> _rows = Channel.CreateUnbounded<IWaiting>(new UnboundedChannelOptions { SingleReader = true });
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

    /// <summary>Waits for a text, and then for more until there are enough or the time is over.</summary>
    /// <returns>At least one text; null at the end.</returns>
    public async Task<List<IWaiting>?> TakeAsync(Func<PredictorOptions> options)
    {
        var batch = new List<IWaiting>();
        if (!await _rows.Reader.WaitToReadAsync().ConfigureAwait(false))
            return null;
        var (most, wait) = (Math.Max(1, options().MostRows), options().LongestWait);
        Fill(batch, most);
        if (batch.Count < most && wait > TimeSpan.Zero)
        {
            using var over = new CancellationTokenSource(wait, time);
            try
            {
                while (batch.Count < most && await _rows.Reader.WaitToReadAsync(over.Token).ConfigureAwait(false))
                    Fill(batch, most);
            }
            catch (OperationCanceledException)
            {
                // the first text has waited long enough
            }
        }

        return batch;
    }

    /// <summary>Takes the texts that are there.</summary>
    /// <returns>The texts, often none; null at the end.</returns>
    public List<IWaiting>? Take(PredictorOptions options)
    {
        var batch = new List<IWaiting>();
        Fill(batch, Math.Max(1, options.MostRows));
        return batch.Count == 0 && _rows.Reader.Completion.IsCompleted ? null : batch;
    }

    /// <summary>Takes no more texts.</summary>
    public void Close() => _rows.Writer.TryComplete();

    private void Fill(List<IWaiting> batch, int most)
    {
        while (batch.Count < most && _rows.Reader.TryRead(out var row))
        {
            batch.Add(row);
            Interlocked.Decrement(ref _count);
        }
    }
}
