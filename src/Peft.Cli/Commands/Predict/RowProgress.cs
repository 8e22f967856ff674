using System.Diagnostics;
using System.Globalization;

namespace Peft.Cli.Commands;

/// <summary>Counts predicted rows, and reports their number and speed on standard error every few seconds.</summary>
internal sealed class RowProgress
{
    private static readonly TimeSpan s_onTerminal = TimeSpan.FromSeconds(2), s_elsewhere = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _every = Console.IsErrorRedirected ? s_elsewhere : s_onTerminal;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _last;
    private TimeSpan _end;

    /// <summary>The rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The seconds until <see cref="End"/>.</summary>
    public double Seconds => _end.TotalSeconds;

    /// <summary>Counts a row.</summary>
    public void Add()
    {
        Rows++;
        if (_clock.Elapsed - _last < _every)
            return;
        _last = _clock.Elapsed;
        Print(_last);
    }

    /// <summary>Ends the count; a long one ends with a line too.</summary>
    public void End()
    {
        _end = _clock.Elapsed;
        if (_last > TimeSpan.Zero)
            Print(_end);
    }

    private void Print(TimeSpan elapsed) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"peft: {Rows:N0} rows, {Rows / elapsed.TotalSeconds:N0} rows/s"));
}
