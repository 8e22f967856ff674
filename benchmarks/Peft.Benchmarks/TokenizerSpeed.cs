using System.Diagnostics;
using System.Text.Json;
using Peft.Data;

namespace Peft.Benchmarks;

/// <summary>Tokens per second over the lines of a file, WordPiece or byte-level BPE, one core, median of passes after two to warm up: by
/// the clock, and by the process's processor time, which a busy machine does not stretch.</summary>
internal static class TokenizerSpeed
{
    private const int WarmUp = 2, Passes = 7;

    public static int Run(string file, string vocabulary)
    {
        var tokenizer = TokenizerFiles.Load(vocabulary);
        var lines = File.ReadAllLines(file);
        var (speeds, byProcessor) = (new List<double>(), new List<double>());
        long tokens = 0;
        for (var pass = 0; pass < WarmUp + Passes; pass++)
        {
            var (watch, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            tokens = 0;
            foreach (var line in lines)
                tokens += tokenizer.Encode(line).Length;
            speeds.Add(tokens / watch.Elapsed.TotalSeconds);
            byProcessor.Add(tokens / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            tokenizer = tokenizer.GetType().Name,
            tokens,
            firstPass = speeds[0],
            median = Median(speeds),
            firstPassByProcessorTime = byProcessor[0],
            medianByProcessorTime = Median(byProcessor),
        }));
        return 0;
    }

    private static double Median(List<double> passes) => passes.Skip(WarmUp).Order().ElementAt(Passes / 2);
}
