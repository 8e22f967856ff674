using System.Diagnostics;
using System.Globalization;
using Peft.Data;

namespace Peft.Benchmarks;

/// <summary>
/// Rows per second of a large CSV file, read alone and read and encoded, with the peak memory of the process after each, as Markdown. Rows
/// are not kept, so that the memory is that of the reader.
/// </summary>
internal static class TableSpeed
{
    private const int WordsOfRow = 20;
    private static readonly string[] s_words = "the a film meal trip was is good bad plain \"late\" service, with and for of to it parcel bill".Split(' ');

    public static int Run(int rows, string vocabulary)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
        try
        {
            Write(file, rows);
            var tokenizer = TokenizerFiles.Load(vocabulary);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows, {new FileInfo(file).Length / 1048576.0:F0} MiB\n"));
            Console.WriteLine("| what | rows/s | MiB/s | peak memory |\n|---|---:|---:|---:|");
            Measure("read", file, row => row["text"].Text!.Length);
            Measure("read and encode", file, row => tokenizer.Encode(row["text"].Text!, maxLength: 128).Length);
            return 0;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Measure(string what, string file, Func<TableRow, int> use)
    {
        var (watch, rows, used) = (Stopwatch.StartNew(), 0L, 0L);
        using var table = TableFile.Open(file);
        foreach (var row in table.Rows())
        {
            rows++;
            used += use(row);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {rows / seconds:N0} | {new FileInfo(file).Length / 1048576.0 / seconds:F0} | {process.PeakWorkingSet64 / 1048576.0:F0} "
            + $"MiB |"));
        GC.KeepAlive(used);
    }

    private static void Write(string file, int rows)
    {
        var random = new Random(1);
        using var writer = new StreamWriter(file);
        writer.WriteLine("id,text,label");
        for (var row = 0; row < rows; row++)
        {
            var text = string.Join(' ', Enumerable.Range(0, WordsOfRow).Select(_ => s_words[random.Next(s_words.Length)]));
            writer.WriteLine($"{row},\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{row % 5}");
        }
    }
}
