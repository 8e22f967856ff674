using Peft.Data;
using Peft.Methods;
using Peft.Training;

namespace Peft.Tests.Training.Tables;

/// <summary>A folder of tables for tests.</summary>
internal sealed class TableFiles : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("peft-tables-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string Write(string name, params IEnumerable<string> lines)
    {
        var file = Path.Combine(Folder, name);
        File.WriteAllText(file, string.Concat(lines.Select(line => line + "\n")));
        return file;
    }

    /// <summary>So many rows of three labels, whose words tell the label.</summary>
    public string WriteTickets(string name, int rows, string header = "body,category") => Write(
        name, [header, .. Enumerable.Range(0, rows).Select(row => $"{s_words[row % 3]} number {row},{s_labels[row % 3]}")]);

    public static TaskData Load(TrainingOptions options, TableKind kind = TableKind.Classification) => new TableLoader(kind, options).Load();

    /// <summary>The message of the error that loading ends with.</summary>
    public static string Problem(TrainingOptions options, TableKind kind = TableKind.Classification) =>
        Assert.ThrowsAny<TaskException>(() => Load(options, kind)).Message;

    public static FineTuner Tuner() => new(new MethodRegistry().AddFrom(typeof(Lora).Assembly));

    private static readonly string[] s_words = ["the bill was too high", "the parcel came late", "the screen is broken"];
    private static readonly string[] s_labels = ["billing", "delivery", "repair"];
}
