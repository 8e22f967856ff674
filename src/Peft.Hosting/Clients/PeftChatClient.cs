using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Peft.Hosting;

/// <summary>An adapter of a decoder as a chat client.</summary>
/// <remarks>
/// A run on completions writes the messages with the template that it was trained with; for every other run their contents are joined by
/// line breaks. <see cref="ChatOptions.MaxOutputTokens"/>, <see cref="ChatOptions.Temperature"/>, <see cref="ChatOptions.TopP"/>,
/// <see cref="ChatOptions.TopK"/>, <see cref="ChatOptions.Seed"/>, <see cref="ChatOptions.StopSequences"/> and
/// <see cref="ChatOptions.Instructions"/> apply. Options that the model cannot honour are refused with a
/// <see cref="GenerateOptionException"/>. Without a temperature, decoding is greedy.
/// </remarks>
internal sealed class PeftChatClient(IPredictor predictor, string adapter) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("peft", providerUri: null, adapter);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var prompt = ChatRequest.Prompt(messages, options?.Instructions);
        var (id, created) = (Guid.NewGuid().ToString("N"), DateTimeOffset.UtcNow);
        await foreach (var piece in predictor.StreamAsync(adapter, prompt, ChatRequest.Options(options, adapter), cancellationToken))
        {
            var update = new ChatResponseUpdate(ChatRole.Assistant, piece.Text)
            {
                ResponseId = id, MessageId = id, ModelId = adapter, CreatedAt = created,
            };
            if (piece.Summary is { } summary)
            {
                update.FinishReason = summary.End == GenerationEnd.MaxTokens ? ChatFinishReason.Length : ChatFinishReason.Stop;
                update.Contents.Add(new UsageContent(new UsageDetails
                {
                    InputTokenCount = summary.PromptTokens, OutputTokenCount = summary.NewTokens,
                    TotalTokenCount = summary.PromptTokens + summary.NewTokens,
                }));
            }

            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        return serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(predictor) ? predictor : null;
    }

    /// <summary>Does nothing: the predictor belongs to the host.</summary>
    public void Dispose()
    {
    }
}
