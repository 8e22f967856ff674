using Microsoft.Extensions.AI;

namespace Peft.Hosting;

/// <summary>Reads messages and options of chat clients.</summary>
internal static class ChatRequest
{
    /// <summary>The messages, with instructions in front as the system's.</summary>
    /// <exception cref="GenerateOptionException">A message has a role or a content that the model cannot read.</exception>
    public static GenerationPrompt Prompt(IEnumerable<ChatMessage> messages, string? instructions)
    {
        PromptMessage[] ahead = string.IsNullOrEmpty(instructions) ? [] : [new(ChatRole.System.Value, instructions)];
        return GenerationPrompt.FromMessages([.. ahead, .. messages.Select(Message)]);
    }

    /// <summary>How the answer is generated.</summary>
    /// <exception cref="GenerateOptionException">An option is not supported, or out of range.</exception>
    public static GenerateOptions Options(ChatOptions? options, string adapter)
    {
        if (options is null)
            return new GenerateOptions();
        Refuse(options.ModelId is { } model && model != adapter, nameof(options.ModelId), $"this client is for the adapter '{adapter}'");
        Refuse(options.Tools is { Count: > 0 }, nameof(options.Tools), "the model calls no tools");
        Refuse(options.ToolMode is RequiredChatToolMode, nameof(options.ToolMode), "the model calls no tools");
        Refuse(
            options.ResponseFormat is not (null or ChatResponseFormatText), nameof(options.ResponseFormat), "the model answers with text");
        Refuse(options.FrequencyPenalty is not (null or 0), nameof(options.FrequencyPenalty), "is not supported");
        Refuse(options.PresencePenalty is not (null or 0), nameof(options.PresencePenalty), "is not supported");
        Refuse(options.Reasoning is not null, nameof(options.Reasoning), "is not supported");
        Refuse(options.ConversationId is not null, nameof(options.ConversationId), "no conversation is kept; send all messages");
        return new GenerateOptions
        {
            MaxTokens = options.MaxOutputTokens, Temperature = options.Temperature, TopP = options.TopP, TopK = options.TopK,
            Seed = options.Seed, StopSequences = [.. options.StopSequences ?? []],
        };
    }

    private static PromptMessage Message(ChatMessage message)
    {
        Refuse(
            message.Contents.Any(content => content is DataContent or UriContent or FunctionCallContent or FunctionResultContent),
            "messages", "the model reads text alone");
        return new PromptMessage(message.Role.Value, message.Text);
    }

    private static void Refuse(bool condition, string option, string problem)
    {
        if (condition)
            throw new GenerateOptionException(option, problem);
    }
}
