using Peft.Data;

namespace Peft.Training;

/// <summary>An example: messages, the last of which is the assistant's. A prompt and a completion are two messages.</summary>
/// <param name="Turns">The messages.</param>
internal sealed record CompletionExample(IReadOnlyList<PromptTurn> Turns)
{
    /// <summary>The messages that the last one answers.</summary>
    public IReadOnlyList<PromptTurn> Prompt => [.. Turns.SkipLast(1)];

    /// <summary>The text of the last message.</summary>
    public string Completion => Turns[^1].Content;
}

/// <summary>The examples of a table.</summary>
/// <param name="Examples">In the order of the table.</param>
/// <param name="HasMessages">Whether they are messages and not prompts with completions.</param>
/// <param name="Skipped">The malformed rows that were skipped; null for none.</param>
internal sealed record CompletionFile(IReadOnlyList<CompletionExample> Examples, bool HasMessages, SkippedRows? Skipped);

/// <summary>Reads prompts and completions, or messages, from a table.</summary>
internal static class CompletionTable
{
    /// <summary>Reads a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The names of the columns, and whether malformed rows are skipped and counted.</param>
    /// <exception cref="TaskException">A column is missing, or a row is malformed.</exception>
    public static CompletionFile Read(ITable table, TrainingOptions options)
    {
        var columns = CompletionColumns.Choose(table, options);
        return new CompletionFile(OwnTables.Read(table, columns.Read), columns.HasMessages, table.Skipped);
    }
}
