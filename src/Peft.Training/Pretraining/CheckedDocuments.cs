using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>Checks a user's text for continued pretraining.</summary>
/// <param name="options">The settings that a run would have.</param>
/// <param name="tokenizer">The tokenizer of the run's backbone.</param>
internal sealed class CheckedDocuments(TrainingOptions options, ITokenizer tokenizer) : ICheckedTask
{
    public OwnPaths Files { get; } = PretrainingTask.FindFiles(options);

    /// <summary>Documents are packed into windows, so that none is too long.</summary>
    public bool HasLongTexts => false;

    public CheckedRows Read(string file)
    {
        if (!OwnTables.Reads(file))
            return new CheckedRows(file, "document", [.. DocumentFile.Read(file).Select((text, index) => Row(text, index + 1))]);
        using var table = OwnTables.Open(file, skipMalformed: true);
        var column = PretrainingTask.TextColumn(table, options);
        return CheckedRows.Read(
            table, new Dictionary<string, string> { ["text"] = column }, row => Row(row.RequireText(column), row.Number));
    }

    public IReadOnlyList<string> Load()
    {
        var data = PretrainingTask.ReadDocuments(options);
        var tokens = data.Train.Sum(text => (long)CountTokens(text));
        return
        [
            .. data.Notices,
            string.Create(CultureInfo.InvariantCulture, $"{data.Train.Count:N0} training documents with {tokens:N0} tokens in all"),
        ];
    }

    public int CountTokens(TableExample row) => CountTokens(row.Text);

    private int CountTokens(string text) => tokenizer.Encode(text).Length;

    private static TableExample Row(string text, long number) => new(text, Pair: null, [], Target: 0, Group: null, number);
}
