using static TorchSharp.torch;

namespace Peft;

/// <summary>Runs a kernel on as many cores as libtorch uses.</summary>
internal static class Cores
{
    /// <summary>Below this many elements, a second core costs more than it saves.</summary>
    private const long Worthwhile = 1 << 15;

    /// <summary>Splits [0, count) into a range for each core. The result of an index must not depend on its range.</summary>
    /// <param name="count">The number of indices.</param>
    /// <param name="elements">The number of elements per index.</param>
    /// <param name="body">Computes the indices from its first argument up to its second, exclusive.</param>
    public static void For(long count, long elements, Action<long, long> body)
    {
        var ranges = Math.Min(Math.Min(get_num_threads(), count), Math.Max(1, count * elements / Worthwhile));
        if (ranges <= 1)
        {
            body(0, count);
            return;
        }

        // More ranges than cores, because another process may slow one of them down.
        ranges = Math.Min(count, 4 * ranges);
        Parallel.For(0L, ranges, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, range =>
            body(count * range / ranges, count * (range + 1) / ranges));
    }
}
