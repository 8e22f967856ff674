using Peft.Data;

namespace Peft.Training;

/// <summary>Checks a user's table for a task with a head.</summary>
/// <param name="kind">What the labels are.</param>
/// <param name="options">The settings that a run would have.</param>
/// <param name="tokenizer">The tokenizer of the run's backbone.</param>
internal sealed class CheckedTable(TableKind kind, TrainingOptions options, ITokenizer tokenizer) : ICheckedTask
{
    private readonly TableExampleReader _reader = new(kind, options with { SkipMalformed = true }) { IsTolerant = true };

    public OwnPaths Files { get; } = OwnPaths.Find(options, OwnTables.Endings, "examples");

    public CheckedRows Read(string file) => CheckedRows.From(_reader.Read(file));

    public IReadOnlyList<string> Load() => new TableLoader(kind, options) { NotesRepeated = false }.Load().Notices;

    public int CountTokens(TableExample row) => tokenizer.Encode(row.Text, row.Pair).Length;
}
