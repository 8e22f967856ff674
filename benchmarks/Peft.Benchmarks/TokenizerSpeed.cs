using System.Diagnostics;
using System.Text.Json;
using Peft.Text;

namespace Peft.Benchmarks;

/// <summary>WordPiece tokens per second over the lines of a file, one core, median of passes after two to warm up.</summary>
internal static class TokenizerSpeed
{
    private const int WarmUp = 2, Passes = 7;

    public static int Run(string file, string vocabulary)
    {
        var tokenizer = WordPieceTokenizer.Load(vocabulary);
        var lines = File.ReadAllLines(file);
        var speeds = new List<double>();
        long tokens = 0;
        for (var pass = 0; pass < WarmUp + Passes; pass++)
        {
            var watch = Stopwatch.StartNew();
            tokens = 0;
            foreach (var line in lines)
                tokens += tokenizer.Encode(line).Length;
            speeds.Add(tokens / watch.Elapsed.TotalSeconds);
        }

        Console.WriteLine(JsonSerializer.Serialize(new { tokens, firstPass = speeds[0], median = speeds.Skip(WarmUp).Order().ElementAt(Passes / 2) }));
        return 0;
    }
}
