namespace Peft.Cli.Tests;

/// <summary>Small runs of the built-in encoder on files, trained once for the tests of a class.</summary>
public sealed class TicketRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-predict-").FullName;
    private int _files;

    public TicketRun()
    {
        Train(Run, "tickets.csv", ["body,category", .. Enumerable.Range(0, 40).Select(row => Even(row)
            ? $"the bill {row},money" : $"the parcel {row},post")]);
    }

    /// <summary>A classification of bills and parcels, by columns body and category.</summary>
    public string Run => Path.Combine(_folder, "run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A run on pairs.</summary>
    public string Pairs() => Train("pairs", "pairs.csv", ["premise,hypothesis,label", .. Enumerable.Range(0, 40).Select(row =>
        $"the bill {row},{(Even(row) ? "the bill" : "the parcel")},{(Even(row) ? "same" : "other")}")]);

    /// <summary>A run on numbers.</summary>
    public string Numbers() => Train("numbers", "numbers.csv", ["text,score", .. Enumerable.Range(0, 40).Select(row =>
        $"the bill {row},{row}")], "--task", "regression");

    /// <summary>A run on sets of labels.</summary>
    public string Sets() => Train("sets", "sets.jsonl", Enumerable.Range(0, 40).Select(row =>
        $"{{\"text\":\"{(Even(row) ? "the bill" : "the parcel")} {row}\",\"labels\":[{(Even(row) ? "\"money\",\"due\"" : "\"post\"")}]}}"),
        "--task", "multi-label");

    /// <summary>A run on words and tags.</summary>
    public string Tags() => Train("tags", "tags.jsonl", Enumerable.Range(0, 20).Select(row =>
        $"{{\"tokens\":[\"Ann\",\"paid\",\"{row}\"],\"tags\":[\"B-PER\",\"O\",\"O\"]}}"), "--task", "tokens");

    /// <summary>A new file with lines.</summary>
    public string Write(string name, params IEnumerable<string> lines)
    {
        var file = Path.Combine(Directory.CreateDirectory(New()).FullName, name);
        File.WriteAllText(file, string.Concat(lines.Select(line => line + "\n")));
        return file;
    }

    /// <summary>A path that leads nowhere, in a folder of its own.</summary>
    public string Target(string name) => Path.Combine(Directory.CreateDirectory(New()).FullName, name);

    private string New() => Path.Combine(_folder, $"{++_files}");

    private static bool Even(int row) => row % 2 == 0;

    private string Train(string name, string file, IEnumerable<string> lines, params string[] options)
    {
        var run = Path.Combine(_folder, name);
        if (Directory.Exists(run))
            return run;
        var trained = Cli.Run(
        [
            "train", "--data", Write(file, lines), "--backbone", "builtin", "--max-length", "16", "--epochs", "2", "--batch-size", "8",
            "--output", run, .. options,
        ]);
        return trained.ExitCode == 0 ? run : throw new InvalidOperationException(trained.Error);
    }
}
