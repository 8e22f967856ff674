using Peft.Data;

namespace Peft.Training;

/// <summary>Opens a user's tables.</summary>
internal static class OwnTables
{
    /// <summary>The endings of tables' names.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".jsonl", ".json", ".parquet", ".csv", ".tsv"];

    /// <summary>Whether a file is a table by its name.</summary>
    public static bool Reads(string file)
    {
        var name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return file == "-" || Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Opens a table.</summary>
    /// <param name="file">The file.</param>
    /// <param name="skipMalformed">Whether malformed rows are skipped and counted.</param>
    public static ITable Open(string file, bool skipMalformed) => new TemporaryTable(file);

    /// <summary>Notices about rows that the table and the task skipped.</summary>
    /// <param name="table">The table, after its rows were read.</param>
    /// <param name="skipped">The rows that the task skipped; null for none.</param>
    public static IEnumerable<string> Notices(ITable table, SkippedRows? skipped) =>
        ((SkippedRows?[])[table.Skipped, skipped]).OfType<SkippedRows>().Select(rows => rows.ToString());
}
