using System.Globalization;
using System.Text;

namespace Peft.Data;

/// <summary>A test file of GLUE and the file of predictions that GLUE's server expects for it.</summary>
/// <param name="Task">The task whose model predicts it.</param>
/// <param name="OutputFile">The name of the file of predictions.</param>
/// <param name="TestFiles">Names of the test file, below the task's folder or the folder of all tasks; the first existing one is
/// read.</param>
public sealed record GlueSubmission(TaskDefinition Task, string OutputFile, IReadOnlyList<string> TestFiles)
{
    private const string Index = "index", Id = "id", Header = "index\tprediction";

    /// <summary>All files of a submission except WNLI's, which is not a task of this library.</summary>
    public static IReadOnlyList<GlueSubmission> All { get; } =
    [
        new(GlueTasks.Cola, "CoLA.tsv", ["test.tsv"]),
        new(GlueTasks.Mnli, "MNLI-m.tsv", ["test_matched.tsv"]),
        new(GlueTasks.Mnli, "MNLI-mm.tsv", ["test_mismatched.tsv"]),
        new(GlueTasks.Mnli, "AX.tsv", ["diagnostic.tsv", "../diagnostic/diagnostic.tsv", "../AX/AX.tsv", "AX/AX.tsv"]),
        new(GlueTasks.Mrpc, "MRPC.tsv", ["test.tsv"]),
        new(GlueTasks.Qnli, "QNLI.tsv", ["test.tsv"]),
        new(GlueTasks.Qqp, "QQP.tsv", ["test.tsv"]),
        new(GlueTasks.Rte, "RTE.tsv", ["test.tsv"]),
        new(GlueTasks.Sst2, "SST-2.tsv", ["test.tsv"]),
        new(GlueTasks.Stsb, "STS-B.tsv", ["test.tsv"]),
    ];

    /// <summary>The file that GLUE's server requires in a submission and that this library cannot predict.</summary>
    public const string Missing = "WNLI.tsv";

    /// <summary>Finds the test file in the task's own folder, or in the folder that holds one folder for each task.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The file; null if there is none.</returns>
    public string? Find(string folder)
    {
        string[] homes = [.. Directory.GetDirectories(folder).Where(inner => Task.IsNamed(Path.GetFileName(inner))), folder];
        return homes.SelectMany(home => TestFiles.Select(name => Path.Combine(home, name))).FirstOrDefault(File.Exists);
    }

    /// <summary>Reads the test rows.</summary>
    /// <param name="file">The test file.</param>
    /// <returns>Each row's index, as the server counts it, and its texts.</returns>
    /// <exception cref="TaskHeaderException">A column is missing.</exception>
    /// <exception cref="TaskFileFormatException">A row has another number of columns, or the file is empty or not UTF-8.</exception>
    public IReadOnlyList<(string Index, string Text, string? Pair)> Read(string file)
    {
        var lines = TaskFile.ReadRows(file);
        if (lines.Count < 2)
            throw new TaskFileFormatException($"{file}: there is no row below the header. Fetch {Task.DisplayName} again.");
        var (header, layout) = (lines[0].Split('\t'), GlueLayout.ForTask(Task));
        int Column(string name) => Array.IndexOf(header, name) is var at and >= 0 ? at : throw new TaskHeaderException(
            $"{file}:1: the test rows of {Task.DisplayName} need the column {name}; found {string.Join(", ", header.Take(12))}. "
            + "Give the task's own test file.");
        var index = header.Contains(Index) ? Column(Index) : Column(Id); // QQP's is called id
        var text = Column(layout.Header.Length > 0 ? layout.Text : "sentence"); // CoLA's other files have no header
        var pair = layout.Pair is { } second ? Column(second) : -1;
        return
        [
            .. lines.Skip(1).Select((line, number) => line.Split('\t') is var row && row.Length == header.Length
                ? (row[index], row[text], pair < 0 ? null : row[pair])
                : throw new TaskFileFormatException($"{file}:{number + 2}: expected {header.Length} columns separated by tabs, found "
                    + $"{row.Length}. Every row needs a prediction; fetch the file again.")),
        ];
    }

    /// <summary>A prediction as the server expects it: a class's name or number as in GLUE's own files, or a number from 0 to 5.</summary>
    /// <param name="label">The index of the class; ignored for numbers.</param>
    /// <param name="score">The predicted number; null for classes.</param>
    public string Format(int label, double? score)
    {
        if (score is not { } number)
            return GlueLayout.ForTask(Task).FileLabels[label];
        var (low, high) = GlueLayout.ScoreRange;
        return Math.Clamp(number, low, high).ToString("F3", CultureInfo.InvariantCulture);
    }

    /// <summary>Writes a file of predictions, whole or not at all.</summary>
    /// <param name="folder">The folder; created if missing.</param>
    /// <param name="rows">Each row's index and prediction.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="TensorWriteException">The file cannot be written.</exception>
    public string Write(string folder, IEnumerable<(string Index, string Prediction)> rows)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, OutputFile);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(Header);
            foreach (var (index, prediction) in rows)
                writer.WriteLine($"{index}\t{prediction}");
        });
        return path;
    }
}
