using Peft.Data;

namespace Peft.Training;

/// <summary>Opens a user's tables.</summary>
internal static class OwnTables
{
    private const int KeptProblems = 10;

    /// <summary>The endings of tables' names.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".jsonl", ".json", ".parquet", ".csv", ".tsv"];

    /// <summary>Whether a file is a table according to its name. Standard input is a table.</summary>
    public static bool Reads(string file) => file == TableStream.StandardInput || TableStream.FormatOf(file) is not null;

    /// <summary>Opens a table.</summary>
    /// <param name="file">The file.</param>
    /// <param name="skipMalformed">Whether malformed rows are skipped and counted.</param>
    public static ITable Open(string file, bool skipMalformed) => TableFile.Open(file, new TableOptions { SkipMalformed = skipMalformed });

    /// <summary>Reads the rows of a table. A malformed one is an error, or is skipped and counted if the table was opened so.</summary>
    /// <typeparam name="T">An example.</typeparam>
    /// <param name="table">The table.</param>
    /// <param name="read">Reads a row; throws <see cref="TableValueException"/> if it is malformed.</param>
    /// <param name="problems">For a report about the table: receives the problems of the first malformed rows. A table with more malformed
    /// than usable rows is then no error.</param>
    public static IReadOnlyList<T> Read<T>(ITable table, Func<TableRow, T> read, List<string>? problems = null)
    {
        var examples = new List<T>();
        try
        {
            foreach (var row in table.Rows())
            {
                try
                {
                    examples.Add(read(row));
                }
                catch (TableValueException problem)
                {
                    if (problems is { Count: < KeptProblems })
                        problems.Add(problem.Message.Replace(" " + MalformedRows.Advice, "", StringComparison.Ordinal));
                    table.Refuse(row, problem);
                }
            }
        }
        catch (MalformedFileException) when (problems is not null)
        {
            // The report gives this error when it reads the table as training does.
        }

        return examples;
    }

    /// <summary>A notice about rows that were skipped, or none.</summary>
    /// <param name="skipped">The rows; null for none.</param>
    public static IEnumerable<string> Notices(SkippedRows? skipped) => SkippedRows.List(skipped).Select(rows => rows.ToString());
}
