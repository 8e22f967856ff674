using System.Text.Json;
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
    /// <summary>The usual names of a prompt, the most telling first.</summary>
    internal static IReadOnlyList<string> Prompts { get; } = "prompt instruction input question context source text".Split(' ');
    private static readonly string[] s_completions = "completion response output answer target summary".Split(' ');
    private static readonly string[] s_messages = "messages conversation conversations".Split(' ');

    /// <summary>Reads a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The names of the columns, and whether malformed rows are skipped and counted.</param>
    /// <exception cref="TaskException">A column is missing, or a row is malformed.</exception>
    public static CompletionFile Read(ITable table, TrainingOptions options)
    {
        var messages = options.TextColumn is null ? OwnColumns.Usual(table, s_messages) : null;
        if (messages is not null)
            return new CompletionFile(OwnTables.Read(table, row => Conversation(row, messages)), HasMessages: true, table.Skipped);
        var prompt = OwnColumns.Find(table, options.TextColumn, Prompts, "text-column", "prompts or messages");
        if (options.TextColumn is not null && options.LabelColumn is null && OwnColumns.Usual(table, s_completions, prompt) is null)
            return new CompletionFile(OwnTables.Read(table, row => Conversation(row, prompt)), HasMessages: true, table.Skipped);
        var completion = OwnColumns.Find(table, options.LabelColumn, s_completions, "label-column", "completions", except: prompt);
        return new CompletionFile(OwnTables.Read(table, row => new CompletionExample(
            [new PromptTurn(PromptTurn.User, row.RequireText(prompt)), new PromptTurn(PromptTurn.Assistant, row.RequireText(completion))])),
            HasMessages: false, table.Skipped);
    }

    private static CompletionExample Conversation(TableRow row, string column) => new(Messages(row, column));

    private static List<PromptTurn> Messages(TableRow row, string column)
    {
        if (List(row, column) is not { ValueKind: JsonValueKind.Array } list)
            throw row.Wrong(column, "expected a list of messages with role and content");
        var turns = new List<PromptTurn>();
        foreach (var message in list.EnumerateArray())
            turns.Add(Turn(row, column, message, turns.Count + 1));
        if (turns.Count == 0 || turns[^1].Role != PromptTurn.Assistant)
            throw row.Wrong(column, $"expected the last message of role assistant, found {(turns.Count == 0 ? "no message"
                : $"role {turns[^1].Role}")}");
        return turns[0].Role == PromptTurn.Assistant
            ? throw row.Wrong(column, "expected a message of role system or user first, found role assistant") : turns;
    }

    private static PromptTurn Turn(TableRow row, string column, JsonElement message, int number)
    {
        string? Field(string name) => message.ValueKind == JsonValueKind.Object && message.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var role = Field("role") ?? throw row.Wrong(column,
            $"message {number}: expected an object with the text fields role and content");
        if (!PromptTurn.Roles.Contains(role))
            throw row.Wrong(column, $"message {number}: has the role "
                + $"'{Excerpt.Cut(role)}'{NearestName.Hint(role, PromptTurn.Roles)}; expected {string.Join(", ", PromptTurn.Roles)}");
        return Field("content") is { } content && !string.IsNullOrWhiteSpace(content)
            ? new PromptTurn(role, content)
            : throw row.Wrong(column, $"message {number}: expected a text in content, found none");
    }

    /// <summary>The list of a cell: of JSON, or of a text that holds JSON.</summary>
    private static JsonElement? List(TableRow row, string column)
    {
        if (row[column] is not { Text: { } text })
            return row[column].Json;
        try
        {
            using var document = JsonText.Parse(System.Text.Encoding.UTF8.GetBytes(text));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
