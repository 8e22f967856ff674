using System.Text.Json;
using System.Text.Json.Serialization;
using Peft.Hosting;

namespace Peft.Server;

/// <summary>A conversation that an adapter continues.</summary>
internal sealed record ChatCompletionRequest(
    [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("messages")] IReadOnlyList<ChatMessageRequest> Messages,
    [property: JsonPropertyName("max_completion_tokens")] int? MaxCompletionTokens = null,
    [property: JsonPropertyName("max_tokens")] int? MaxTokens = null,
    [property: JsonPropertyName("temperature")] double? Temperature = null,
    [property: JsonPropertyName("top_p")] double? TopP = null,
    [property: JsonPropertyName("seed")] long? Seed = null,
    [property: JsonPropertyName("stop")] JsonElement? Stop = null,
    [property: JsonPropertyName("stream")] bool? Stream = null,
    [property: JsonPropertyName("stream_options")] StreamOptionsRequest? StreamOptions = null)
{
    /// <summary>All other parameters.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Others { get; init; } = [];

    /// <summary>Reads the conversation.</summary>
    public GenerationPrompt ReadPrompt() => GenerationPrompt.FromMessages([.. Messages.Select((message, index) => message.Read(index))]);

    /// <summary>Reads how the answer is generated.</summary>
    public GenerateOptions ReadOptions()
    {
        OpenAiParameters.Refuse(Others);
        return TokenChoice.Read(
            MaxCompletionTokens is null ? ("max_tokens", MaxTokens) : ("max_completion_tokens", MaxCompletionTokens), Temperature, TopP,
            Seed, Stop);
    }
}

/// <summary>A message of a conversation.</summary>
internal sealed record ChatMessageRequest(
    [property: JsonPropertyName("role")] string Role, [property: JsonPropertyName("content")] JsonElement? Content = null,
    [property: JsonPropertyName("name")] string? Name = null)
{
    /// <summary>All other parameters.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Others { get; init; } = [];

    /// <summary>Reads the message.</summary>
    /// <param name="index">Its index.</param>
    public PromptMessage Read(int index)
    {
        var where = $"messages[{index}]";
        OpenAiParameters.Refuse(Others, where + ".");
        if (Role is not ("system" or "developer" or "user" or "assistant"))
            throw OpenAiParameters.Problem(where + ".role", "expected system, developer, user or assistant");
        return new PromptMessage(Role == "developer" ? "system" : Role, Text(where + ".content"));
    }

    private string Text(string where) => Content switch
    {
        { ValueKind: JsonValueKind.String } text => RequestText.Read(where, text),
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(part => PartText(part, where))),
        _ => throw OpenAiParameters.Problem(where, "expected a text"),
    };

    private static string PartText(JsonElement part, string where) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
            ? RequestText.Read(where, text) : throw OpenAiParameters.Problem(where, "expected parts with a text; nothing else is read");
}

/// <summary>What a stream holds beside the text.</summary>
internal sealed record StreamOptionsRequest(
    [property: JsonPropertyName("include_usage")] bool? IncludeUsage = null,
    [property: JsonPropertyName("include_obfuscation")] bool? IncludeObfuscation = null);

/// <summary>A prompt that an adapter continues.</summary>
internal sealed record CompletionRequest(
    [property: JsonPropertyName("model")] string Model,
    JsonElement Prompt,
    [property: JsonPropertyName("max_tokens")] int? MaxTokens = null,
    [property: JsonPropertyName("temperature")] double? Temperature = null,
    [property: JsonPropertyName("top_p")] double? TopP = null,
    [property: JsonPropertyName("seed")] long? Seed = null,
    [property: JsonPropertyName("stop")] JsonElement? Stop = null,
    [property: JsonPropertyName("stream")] bool? Stream = null,
    [property: JsonPropertyName("stream_options")] StreamOptionsRequest? StreamOptions = null)
{
    /// <summary>All other parameters.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Others { get; init; } = [];

    private static string PromptName { get; } = JsonNamingPolicy.CamelCase.ConvertName(nameof(Prompt));

    /// <summary>Reads the prompt.</summary>
    public GenerationPrompt ReadPrompt() => OpenAiParameters.Texts(PromptName, Prompt) is [var only]
        ? only : throw OpenAiParameters.Problem(PromptName, "expected one text");

    /// <summary>Reads how the text is generated.</summary>
    public GenerateOptions ReadOptions()
    {
        OpenAiParameters.Refuse(Others);
        return TokenChoice.Read(("max_tokens", MaxTokens), Temperature, TopP, Seed, Stop);
    }
}

/// <summary>Texts whose vectors are asked for.</summary>
internal sealed record EmbeddingRequest(
    [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("input")] JsonElement Input,
    [property: JsonPropertyName("encoding_format")] string? EncodingFormat = null)
{
    /// <summary>All other parameters.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Others { get; init; } = [];
}

/// <summary>Reads how tokens are chosen.</summary>
internal static class TokenChoice
{
    private const int MostStops = 16;

    public static GenerateOptions Read(
        (string Name, int? Value) maxTokens, double? temperature, double? topP, long? seed, JsonElement? stop)
    {
        var stops = OpenAiParameters.Texts("stop", stop);
        Require(maxTokens.Value is not < 1, maxTokens.Name, "expected at least 1");
        Require(temperature is null or (>= 0 and <= 2), "temperature", "expected a number from 0 to 2");
        Require(topP is null or (> 0 and <= 1), "top_p", "expected a number above 0, at most 1");
        Require(stops.Count <= MostStops && stops.All(text => text.Length > 0), "stop", $"expected at most {MostStops} texts, none empty");
        return new GenerateOptions
        {
            MaxTokens = maxTokens.Value, Temperature = temperature, TopP = topP, Seed = seed, StopSequences = stops,
        };
    }

    private static void Require(bool condition, string parameter, string problem)
    {
        if (!condition)
            throw OpenAiParameters.Problem(parameter, problem);
    }
}
