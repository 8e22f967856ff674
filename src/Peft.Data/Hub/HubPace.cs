using System.Globalization;

namespace Peft.Data;

/// <summary>Aborts an answer that arrives too slowly, such as a few bytes at a time, which no timeout of silence would end.</summary>
/// <param name="window">How long to count.</param>
/// <param name="most">The longest time in all; null for no limit.</param>
internal sealed class HubPace(TimeSpan window, TimeSpan? most = null)
{
    private const long LeastBytes = 1 << 16;

    private readonly long _start = Environment.TickCount64;
    private long _windowStart = Environment.TickCount64;
    private long _bytes;

    /// <summary>Counts bytes that arrived.</summary>
    /// <exception cref="TimeoutException">Fewer than 64 KB arrived in the time, or it takes too long in all.</exception>
    public void Count(int bytes)
    {
        _bytes += bytes;
        var now = Environment.TickCount64;
        if (most is { } limit && now - _start > limit.TotalMilliseconds)
            throw new TimeoutException($"the answer did not end within {limit.TotalSeconds:0.#} s");
        if (now - _windowStart < window.TotalMilliseconds)
            return;
        if (_bytes < LeastBytes)
            throw new TimeoutException(string.Create(
                CultureInfo.InvariantCulture, $"only {_bytes} bytes arrived in {window.TotalSeconds:0.#} s"));
        (_windowStart, _bytes) = (now, 0);
    }
}
