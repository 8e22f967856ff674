using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>A user's table whose rows a finished run predicts.</summary>
/// <param name="table">The table.</param>
internal sealed class PredictionTable(ITable table) : IDisposable
{
    private string _text = "";
    private string? _pair;
    private bool _areWords;

    /// <summary>The table.</summary>
    public ITable Table => table;

    /// <summary>Opens a table of any format.</summary>
    /// <param name="path">The file, or <c>-</c> for standard input.</param>
    /// <param name="skipMalformed">Whether malformed rows are skipped and counted.</param>
    /// <exception cref="TaskException">The file does not exist or is no table.</exception>
    public static PredictionTable Open(string path, bool skipMalformed) => new(OwnTables.Open(path, skipMalformed));

    /// <summary>Chooses the columns: those that the user named, else those that the run read, else those of usual names.</summary>
    /// <param name="trained">The run.</param>
    /// <param name="textColumn">The column of texts; null if it was not named.</param>
    /// <param name="pairColumn">The column of second texts; null if it was not named.</param>
    /// <exception cref="TableColumnException">A column is missing; the message names the nearest and all.</exception>
    public void Choose(TrainedModel trained, string? textColumn, string? pairColumn)
    {
        var stored = trained.Result.State?.Columns ?? new Dictionary<string, string>();
        var hasPairs = PredictionText.HasPairs(trained.Task);
        if (pairColumn is not null && hasPairs == false)
            throw new TableColumnException($"{table.Name}: --pair-column names a second text, and the run's task '{trained.Task.Name}' has "
                + "single texts; leave it out.");
        _areWords = trained.Task.Head is TaskHead.Tokens;
        var text = Find(textColumn, stored.GetValueOrDefault(TableColumns.TextPart), "text-column");
        var pair = Find(pairColumn, stored.GetValueOrDefault(TableColumns.PairPart), "pair-column");
        if (hasPairs == true && text is null && pair is null && TableColumns.Pairs(table) is var (first, second))
            (text, pair) = (first, second);
        if (hasPairs == true && pair is null)
            throw new TableColumnException($"{table.Name}: the run's task '{trained.Task.Name}' has pairs of texts, and the second one's "
                + $"column is not known; name it with --pair-column. Its columns: {ColumnNames.List(table.Columns)}.");
        _text = text ?? OwnColumns.Find(table, Present(trained.Result.Settings.TextColumn), Usual(trained.Task), "text-column", "a text");
        _pair = pair;
        if (_text == _pair)
            throw new TableColumnException($"{table.Name}: column '{Excerpt.Cut(_text)}' is both --text-column and --pair-column. Its "
                + $"columns: {ColumnNames.List(table.Columns)}.");
    }

    /// <summary>Reads the rows with their texts.</summary>
    /// <exception cref="TaskException">A row is malformed or has no text; it is skipped and counted if the table was opened so.</exception>
    public IEnumerable<(TableRow Row, string Text, string? Pair)> Rows()
    {
        foreach (var row in table.Rows())
        {
            if (Read(row) is var (text, pair))
                yield return (row, text, pair);
        }
    }

    /// <summary>Closes the table.</summary>
    public void Dispose() => table.Dispose();

    private (string Text, string? Pair)? Read(TableRow row)
    {
        try
        {
            return (_areWords ? Words(row, _text) : row.RequireText(_text),
                _pair is null ? null : row.RequireText(_pair));
        }
        catch (TableValueException problem)
        {
            table.Refuse(row, problem);
            return null;
        }
    }

    /// <summary>A text, or a list of words as data for tagging have them, with a blank between them.</summary>
    private static string Words(TableRow row, string column) =>
        row[column].Json is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? string.Join(' ', list.EnumerateArray().Select(item => item.GetString())) is { } joined && !string.IsNullOrWhiteSpace(joined)
                ? joined : throw row.Wrong(column, "expected a text, found a list of empty ones")
            : row.RequireText(column);

    private string? Find(string? asked, string? stored, string option)
    {
        if (asked is not null)
            return OwnColumns.Named(table, asked, option);
        if (stored is null || Present(stored) is not null)
            return stored;
        throw new TableColumnException($"{table.Name}: has no column '{Excerpt.Cut(stored)}', which the run was trained on"
            + $"{NearestName.Hint(stored, table.Columns)}; name another with --{option}. Its columns: {ColumnNames.List(table.Columns)}.");
    }

    private string? Present(string? column) => column is not null && table.IndexOf(column) >= 0 ? column : null;

    private static IReadOnlyList<string> Usual(IFineTuningTask task) => task.Head switch
    {
        TaskHead.Tokens => [.. TaggedTable.WordColumns, .. OwnColumns.Texts.Except(TaggedTable.WordColumns)],
        TaskHead.LanguageModel => [.. CompletionColumns.Prompts, .. OwnColumns.Texts.Except(CompletionColumns.Prompts)],
        _ => OwnColumns.Texts,
    };
}
