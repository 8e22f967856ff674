namespace Peft.Data;

/// <summary>
/// Batches examples of similar length to reduce padding, in another random order in every epoch. The same seed and epoch give the same
/// batches on every machine.
/// </summary>
internal sealed class LengthBucketSampler
{
    private readonly int[] _lengths;
    private readonly int _batchSize;
    private readonly long _seed;
    private readonly int _batchesPerBucket;

    /// <summary>Creates a sampler.</summary>
    /// <param name="lengths">Tokens of each example.</param>
    /// <param name="batchSize">Rows in a batch; the last one of an epoch may have fewer.</param>
    /// <param name="seed">Seed of the shuffles.</param>
    /// <param name="batchesPerBucket">How many batches' worth of shuffled examples are sorted by length together:
    /// 1 does not sort across batches; more pads less and shuffles less.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public LengthBucketSampler(IReadOnlyList<int> lengths, int batchSize, long seed, int batchesPerBucket = 50)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchesPerBucket, 1);
        _lengths = [.. lengths];
        _batchSize = batchSize;
        _seed = seed;
        _batchesPerBucket = batchesPerBucket;
    }

    /// <summary>The number of batches in an epoch.</summary>
    public int BatchCount => (int)((_lengths.Length + (long)_batchSize - 1) / _batchSize);

    /// <summary>The batches of an epoch: indices of examples, each exactly once.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    public IReadOnlyList<int[]> Epoch(int epoch)
    {
        var random = new SeededRandom(_seed, epoch);
        var order = Enumerable.Range(0, _lengths.Length).ToArray();
        random.Shuffle<int>(order);
        var batches = new List<int[]>(BatchCount);
        foreach (var bucket in order.Chunk((int)Math.Min((long)_batchSize * _batchesPerBucket, int.MaxValue)))
            batches.AddRange(bucket.OrderBy(index => _lengths[index]).Chunk(_batchSize));
        var shuffled = batches.ToArray();
        random.Shuffle<int[]>(shuffled);
        return shuffled;
    }

    /// <summary>
    /// Batches for evaluation: all examples, shortest first; the order of equal lengths is kept. <see cref="Restore"/> restores the order.
    /// </summary>
    /// <param name="lengths">Tokens of each example.</param>
    /// <param name="batchSize">Rows in a batch; the last one may have fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public static IReadOnlyList<int[]> ForEvaluation(IReadOnlyList<int> lengths, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return [.. Enumerable.Range(0, lengths.Count).OrderBy(index => lengths[index]).Chunk(batchSize)];
    }

    /// <summary>Restores the examples' own order of results that were computed in batches.</summary>
    /// <typeparam name="T">A value of a row's result.</typeparam>
    /// <param name="batches">The batches, covering the examples 0 to n - 1 once.</param>
    /// <param name="results">The results, in the order of the batches' rows, <paramref name="width"/> values each.</param>
    /// <param name="width">Values per row.</param>
    /// <exception cref="ArgumentException">The number of results does not match the batches.</exception>
    public static T[] Restore<T>(IReadOnlyList<int[]> batches, ReadOnlySpan<T> results, int width = 1)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var rows = batches.Sum(batch => batch.Length);
        if (results.Length != rows * width)
            throw new ArgumentException(
                $"{rows} rows of {width} values make {rows * width} results, found {results.Length}.", nameof(results));
        var restored = new T[results.Length];
        var place = 0;
        foreach (var index in batches.SelectMany(batch => batch))
        {
            results.Slice(place, width).CopyTo(restored.AsSpan(index * width, width));
            place += width;
        }

        return restored;
    }
}
