using System.Text.Json.Serialization;
using Peft.Hosting;

namespace Peft.Server;

/// <summary>Tokens of a request.</summary>
internal sealed record OpenAiUsage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens, [property: JsonPropertyName("completion_tokens")] int CompletionTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens)
{
    public static OpenAiUsage FromSummary(GenerationSummary summary) =>
        new(summary.PromptTokens, summary.NewTokens, summary.PromptTokens + summary.NewTokens);
}

/// <summary>A message, or what is added to it.</summary>
internal sealed record ChatMessageView(
    [property: JsonPropertyName("role"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonPropertyName("content"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);

/// <summary>An answer of a conversation, or a part of it.</summary>
internal sealed record ChatChoice(
    [property: JsonPropertyName("index")] int Index,
    [property: JsonPropertyName("message"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatMessageView? Message,
    [property: JsonPropertyName("delta"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatMessageView? Delta,
    [property: JsonPropertyName("finish_reason")] string? FinishReason);

/// <summary>The answer to a conversation, or a part of it.</summary>
internal sealed record ChatCompletionView(
    [property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("object")] string Kind,
    [property: JsonPropertyName("created")] long Created, [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("choices")] IReadOnlyList<ChatChoice> Choices,
    [property: JsonPropertyName("usage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OpenAiUsage? Usage);

/// <summary>A text that continues a prompt, or a part of it.</summary>
internal sealed record TextChoice(
    [property: JsonPropertyName("index")] int Index, [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("finish_reason")] string? FinishReason);

/// <summary>The answer to a prompt, or a part of it.</summary>
internal sealed record TextCompletionView(
    [property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("object")] string Kind,
    [property: JsonPropertyName("created")] long Created, [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("choices")] IReadOnlyList<TextChoice> Choices,
    [property: JsonPropertyName("usage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OpenAiUsage? Usage);

/// <summary>A text's vector: numbers, or their bytes in base64.</summary>
internal sealed record EmbeddingView(
    [property: JsonPropertyName("object")] string Kind, [property: JsonPropertyName("index")] int Index,
    [property: JsonPropertyName("embedding")] object Embedding);

/// <summary>The vectors of texts.</summary>
internal sealed record EmbeddingList(
    [property: JsonPropertyName("object")] string Kind, [property: JsonPropertyName("data")] IReadOnlyList<EmbeddingView> Data,
    [property: JsonPropertyName("model")] string Model, [property: JsonPropertyName("usage")] EmbeddingUsage Usage);

/// <summary>Tokens of texts.</summary>
internal sealed record EmbeddingUsage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens, [property: JsonPropertyName("total_tokens")] int TotalTokens);

/// <summary>A loaded adapter.</summary>
internal sealed record ModelView(
    [property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("object")] string Kind,
    [property: JsonPropertyName("created")] long Created, [property: JsonPropertyName("owned_by")] string Owner)
{
    public static ModelView FromAdapter(ServedAdapter adapter) =>
        new(adapter.Name, "model", adapter.Loaded.ToUnixTimeSeconds(), "peft");
}

/// <summary>The loaded adapters.</summary>
internal sealed record ModelList(
    [property: JsonPropertyName("object")] string Kind, [property: JsonPropertyName("data")] IReadOnlyList<ModelView> Data);
