using Peft.Server.Pages.Charts;

namespace Peft.Server.Pages.Live;

/// <summary>
/// The values of a curve, in at most <see cref="Most"/> points: each is the mean of so many values in a row that they fit. The last values,
/// too few for a point, are a point of their own.
/// </summary>
internal sealed class Series
{
    /// <summary>The most points.</summary>
    public const int Most = 500;

    private readonly List<Bucket> _buckets = [];
    private int _size = 1;

    /// <summary>The points, in the order of their place on the x axis.</summary>
    public IReadOnlyList<ChartPoint> Points => [.. _buckets.Select(bucket => new ChartPoint(bucket.LastX, bucket.Sum / bucket.Count))];

    /// <summary>Adds a value. Values at this place and after it are removed first: a run that continues reports them again.</summary>
    /// <param name="x">Its place, such as the step.</param>
    /// <param name="y">The value; one that is not finite is left out.</param>
    public void Add(double x, double y)
    {
        while (_buckets.Count > 0 && _buckets[^1].LastX >= x)
            _buckets.RemoveAt(_buckets.Count - 1);
        if (!double.IsFinite(y))
            return;
        if (_buckets.Count > 0 && _buckets[^1].Count < _size)
        {
            var last = _buckets[^1];
            _buckets[^1] = new Bucket(x, last.Sum + y, last.Count + 1);
            return;
        }

        if (_buckets.Count == Most)
            Halve();
        _buckets.Add(new Bucket(x, y, 1));
    }

    private void Halve()
    {
        var pairs = _buckets.Chunk(2).Select(pair => new Bucket(pair[^1].LastX, pair.Sum(one => one.Sum), pair.Sum(one => one.Count)));
        List<Bucket> merged = [.. pairs];
        _buckets.Clear();
        _buckets.AddRange(merged);
        _size *= 2;
    }

    private readonly record struct Bucket(double LastX, double Sum, int Count);
}
