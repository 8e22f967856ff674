using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Peft.Data;

namespace Peft.Server;

/// <summary>Reads a request's JSON. Each error is reported in one sentence.</summary>
internal static class RequestBody
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads the body.</summary>
    /// <typeparam name="T">What is expected.</typeparam>
    /// <param name="request">The request.</param>
    /// <exception cref="RequestProblemException">The body is not JSON, not of this form, or too large.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        var most = request.HttpContext.RequestServices.GetRequiredService<IOptions<PeftServerOptions>>().Value.MaxBodyBytes;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        if (request.ContentLength > most)
            throw TooLarge(most);
        if (!request.HasJsonContentType())
            throw new RequestProblemException(
                "expected a JSON body with Content-Type: application/json.", StatusCodes.Status415UnsupportedMediaType);
        if (request.ContentLength == 0)
            throw new RequestProblemException("the body is not as expected: it is empty; expected a JSON object.");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, s_json, request.HttpContext.RequestAborted)
                ?? throw new RequestProblemException("the body is null; expected a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new RequestProblemException(
                $"the body is not as expected: {JsonFault.Describe(problem, "the body")}; /openapi/v1.json describes it.");
        }
        catch (BadHttpRequestException problem) when (problem.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(most);
        }
    }

    private static RequestProblemException TooLarge(long most) =>
        new($"the body is too large; at most {most} bytes are read.", StatusCodes.Status413PayloadTooLarge);
}
