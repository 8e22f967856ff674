using Peft.Training;

namespace Peft.Hosting;

/// <summary>A message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">Its text.</param>
public sealed record PromptMessage(string Role, string Content);

/// <summary>What a text is generated for: a prompt, or a conversation that the model continues with the assistant's message.</summary>
/// <remarks>
/// A run on completions writes messages with the template that it was trained with. For every other run the contents are joined by line
/// breaks. Then the prompt is written as in training: contexts of data-to-text tasks get the end token behind them, and models of plain
/// text continue the prompt.
/// </remarks>
public sealed class GenerationPrompt
{
    private GenerationPrompt(IReadOnlyList<PromptTurn> turns) => Turns = turns;

    internal IReadOnlyList<PromptTurn> Turns { get; }

    /// <summary>A single prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    public static implicit operator GenerationPrompt(string prompt) => FromText(prompt);

    /// <summary>A single prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    public static GenerationPrompt FromText(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return new GenerationPrompt([new PromptTurn(PromptTurn.User, prompt)]);
    }

    /// <summary>A conversation.</summary>
    /// <param name="messages">The messages, oldest first.</param>
    /// <exception cref="GenerateOptionException">There is no message, or a role is unknown.</exception>
    public static GenerationPrompt FromMessages(IReadOnlyList<PromptMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0)
            throw new GenerateOptionException(nameof(messages), "expected at least one, found none");
        foreach (var message in messages)
        {
            if (!PromptTurn.Roles.Contains(message.Role))
                throw new GenerateOptionException(
                    nameof(messages), $"expected the roles {string.Join(", ", PromptTurn.Roles)}, found '{message.Role}'");
        }

        return new GenerationPrompt([.. messages.Select(message => new PromptTurn(message.Role, message.Content))]);
    }
}
