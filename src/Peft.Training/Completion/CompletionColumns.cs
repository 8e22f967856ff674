using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>The columns of completions: a prompt and its completion, or messages.</summary>
/// <param name="Input">The prompts, or the messages where <paramref name="Completion"/> is null.</param>
/// <param name="Completion">The completions; null for messages.</param>
internal sealed record CompletionColumns(string Input, string? Completion)
{
    private static readonly string[] s_completions = "completion response output answer target summary".Split(' ');
    private static readonly string[] s_messages = "messages conversation conversations".Split(' ');

    /// <summary>The usual names of a prompt, the most specific first.</summary>
    internal static IReadOnlyList<string> Prompts { get; } = "prompt instruction input question context source text".Split(' ');

    /// <summary>Whether a row holds messages and not a prompt and its completion.</summary>
    public bool HasMessages => Completion is null;

    /// <summary>The names of the columns, by what they hold.</summary>
    public IReadOnlyDictionary<string, string> ByPart => Completion is null
        ? new Dictionary<string, string> { ["messages"] = Input }
        : new Dictionary<string, string> { ["input"] = Input, ["completion"] = Completion };

    /// <summary>Chooses columns: those that the options name, else those of usual names.</summary>
    /// <exception cref="TableColumnException">A column is missing.</exception>
    public static CompletionColumns Choose(ITable table, TrainingOptions options)
    {
        if (options.TextColumn is null && OwnColumns.Usual(table, s_messages) is { } messages)
            return new CompletionColumns(messages, null);
        var input = OwnColumns.Find(table, options.TextColumn, Prompts, "text-column", "prompts or messages");
        if (options.TextColumn is not null && options.LabelColumn is null && OwnColumns.Usual(table, s_completions, input) is null)
            return new CompletionColumns(input, null);
        return new CompletionColumns(
            input, OwnColumns.Find(table, options.LabelColumn, s_completions, "label-column", "completions", except: input));
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="TableValueException">It is malformed.</exception>
    public CompletionExample Read(TableRow row) => new(Completion is null ? Messages(row, Input) :
    [
        new PromptTurn(PromptTurn.User, row.RequireText(Input)), new PromptTurn(PromptTurn.Assistant, row.RequireText(Completion)),
    ]);

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
