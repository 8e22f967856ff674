using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Peft.Server;

/// <summary>Marks routes in the shape of OpenAI's.</summary>
internal sealed class OpenAiRoute
{
    public static OpenAiRoute Mark { get; } = new();
}

/// <summary>An error as OpenAI's clients read it: the member <c>error</c> of a problem.</summary>
internal sealed record OpenAiError(
    [property: JsonPropertyName("message")] string Message, [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("param")] string? Parameter, [property: JsonPropertyName("code")] string? Code)
{
    /// <summary>The error for a status.</summary>
    public static OpenAiError Create(string message, int status, string? parameter = null) => status switch
    {
        StatusCodes.Status401Unauthorized => new(message, "invalid_request_error", parameter, "invalid_api_key"),
        StatusCodes.Status404NotFound => new(message, "invalid_request_error", parameter, "model_not_found"),
        StatusCodes.Status429TooManyRequests => new(message, "rate_limit_error", parameter, "rate_limit_exceeded"),
        >= StatusCodes.Status500InternalServerError => new(message, "server_error", parameter, "server_error"),
        _ => new(message, "invalid_request_error", parameter, "invalid_request"),
    };

    /// <summary>What such a route adds to a problem; null for other routes.</summary>
    public static Dictionary<string, object?>? For(HttpContext context, string message, int status, string? parameter = null) =>
        context.GetEndpoint()?.Metadata.GetMetadata<OpenAiRoute>() is null
            ? null : new Dictionary<string, object?> { ["error"] = Create(message, status, parameter) };
}
