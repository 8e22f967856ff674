using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>A message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">Its text.</param>
internal sealed record PromptTurn(string Role, string Content)
{
    public const string System = "system";
    public const string User = "user";
    public const string Assistant = "assistant";

    /// <summary>All roles.</summary>
    public static IReadOnlyList<string> Roles { get; } = [System, User, Assistant];
}

/// <summary>A part of a conversation as the model reads it.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsCompletion">Whether the loss counts it. The end token then follows.</param>
internal sealed record PromptPart(string Text, bool IsCompletion);

/// <summary>
/// How messages are written for the model: for each role a text with <c>{content}</c>. The text before the assistant's content is part of
/// the prompt; the content and the text after it are the completion.
/// </summary>
/// <param name="System">The text of a system message.</param>
/// <param name="User">The text of a user message, or of a prompt.</param>
/// <param name="Assistant">The text of an assistant's message, or of a completion.</param>
internal sealed record PromptTemplate(string System, string User, string Assistant)
{
    private const string Place = "{content}";

    /// <summary>The names of the built-in templates.</summary>
    public static IReadOnlyList<string> Names { get; } = ["plain", "chatml"];

    /// <summary>Each prompt on a line of its own, and the completion after it.</summary>
    public static PromptTemplate Plain { get; } = new(Place + "\n", Place + "\n", Place);

    /// <summary>ChatML: each message between markers with its role.</summary>
    public static PromptTemplate ChatMl { get; } = new(Marked(PromptTurn.System), Marked(PromptTurn.User), Marked(PromptTurn.Assistant));

    /// <summary>The text that precedes the end token in generated texts; empty for none.</summary>
    public string Ending => Assistant[(Assistant.IndexOf(Place, StringComparison.Ordinal) + Place.Length)..].Trim();

    /// <summary>Finds a built-in template or reads one from a file.</summary>
    /// <param name="nameOrFile">A name, or a JSON file.</param>
    /// <exception cref="PromptTemplateException">There is no such template, or the file is malformed.</exception>
    public static PromptTemplate Find(string nameOrFile)
    {
        switch (nameOrFile)
        {
            case "plain":
                return Plain;
            case "chatml":
                return ChatMl;
            default:
                var json = SettingsFile.Read(nameOrFile, out var problem);
                if (json is not null)
                    return Parse(json, nameOrFile);
                throw new PromptTemplateException(problem is null
                    ? $"{nameOrFile}: is neither a template ({string.Join(", ", Names)}) nor a file{NearestName.Hint(nameOrFile, Names)}."
                    : $"{nameOrFile}: {problem}");
        }
    }

    /// <summary>Reads a template that a run has stored.</summary>
    public static PromptTemplate Parse(string json) => Parse(global::System.Text.Encoding.UTF8.GetBytes(json), "the run's template");

    /// <summary>The template as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new Dictionary<string, string> { [PromptTurn.System] = System, [PromptTurn.User] = User, [PromptTurn.Assistant] = Assistant });

    /// <summary>Writes messages. Messages between completions are joined.</summary>
    /// <param name="turns">The messages.</param>
    /// <returns>Prompts and completions in turn.</returns>
    public IReadOnlyList<PromptPart> Write(IReadOnlyList<PromptTurn> turns)
    {
        var (parts, prompt) = (new List<PromptPart>(), "");
        foreach (var turn in turns)
        {
            if (turn.Role != PromptTurn.Assistant)
            {
                prompt += (turn.Role == PromptTurn.System ? System : User).Replace(Place, turn.Content, StringComparison.Ordinal);
                continue;
            }

            var at = Assistant.IndexOf(Place, StringComparison.Ordinal);
            parts.Add(new PromptPart(prompt + Assistant[..at], IsCompletion: false));
            parts.Add(new PromptPart(turn.Content + Assistant[(at + Place.Length)..], IsCompletion: true));
            prompt = "";
        }

        return prompt.Length == 0 ? parts : [.. parts, new PromptPart(prompt, IsCompletion: false)];
    }

    /// <summary>Writes messages to which the assistant answers next.</summary>
    /// <param name="turns">The messages.</param>
    public IReadOnlyList<PromptPart> WritePrompt(IReadOnlyList<PromptTurn> turns) =>
        [.. Write([.. turns, new PromptTurn(PromptTurn.Assistant, "")]).SkipLast(1)];

    private static PromptTemplate Parse(byte[] json, string file)
    {
        try
        {
            using var document = JsonText.Parse(json);
            var texts = Texts(document.RootElement, file);
            var user = texts.GetValueOrDefault(PromptTurn.User) ?? throw Missing(file, PromptTurn.User);
            return new PromptTemplate(
                texts.GetValueOrDefault(PromptTurn.System) ?? user, user,
                texts.GetValueOrDefault(PromptTurn.Assistant) ?? throw Missing(file, PromptTurn.Assistant));
        }
        catch (JsonException malformed)
        {
            throw new PromptTemplateException($"{file}: is not valid JSON ({JsonFault.Describe(malformed)}).");
        }
    }

    private static Dictionary<string, string> Texts(JsonElement root, string file)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new PromptTemplateException($"{file}: expected an object with {string.Join(", ", PromptTurn.Roles)}, found "
                + $"{root.ValueKind}.");
        var texts = new Dictionary<string, string>();
        foreach (var field in root.EnumerateObject())
        {
            if (!PromptTurn.Roles.Contains(field.Name))
                throw new PromptTemplateException($"{file}: has the role '{Excerpt.Cut(field.Name)}'{NearestName.Hint(field.Name,
                    PromptTurn.Roles)}; expected {string.Join(", ", PromptTurn.Roles)}.");
            var text = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : "";
            if (text.Split(Place).Length != 2)
                throw new PromptTemplateException($"{file}: field '{field.Name}': expected a text with {Place} once, found "
                    + $"{Excerpt.Cut(field.Value)}.");
            texts[field.Name] = text;
        }

        return texts;
    }

    private static PromptTemplateException Missing(string file, string role) =>
        new($"{file}: lacks the field '{role}'; expected a text with {Place}, such as \"{Place}\\n\".");

    private static string Marked(string role) => $"<|im_start|>{role}\n{Place}<|im_end|>\n";
}

/// <summary>A template of prompts is missing or malformed.</summary>
/// <param name="message">The file, the field, what was found and what was expected.</param>
public sealed class PromptTemplateException(string message) : TaskException(message);
