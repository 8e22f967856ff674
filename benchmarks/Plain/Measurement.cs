using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Plain;

/// <summary>Repeats a piece of work and prints medians, as Peft.Benchmarks prints them.</summary>
internal static class Measurement
{
    /// <param name="work">The work of one repetition.</param>
    /// <param name="times">Repetitions that count.</param>
    /// <param name="warm">Repetitions before them.</param>
    /// <param name="tokens">Tokens of a repetition.</param>
    public static void Print(Action work, int times, int warm, int tokens)
    {
        var (seconds, processor) = (new List<double>(), new List<double>());
        for (var i = 0; i < times + warm; i++)
        {
            var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            work();
            seconds.Add(watch.Elapsed.TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }

        double Median(List<double> values) => values.Skip(warm).Order().ElementAt(times / 2);
        var median = Median(seconds);
        Console.WriteLine(JsonSerializer.Serialize(
            new { seconds = median, processorSeconds = Median(processor), peakBytes = PeakBytes(), tokensPerSecond = tokens / median }));
    }

    /// <summary>The process's peak resident memory.</summary>
    private static long PeakBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line["VmHWM:".Length..^2].Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
