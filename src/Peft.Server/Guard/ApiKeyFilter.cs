using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Peft.Server.Pages;

namespace Peft.Server;

/// <summary>Refuses requests without the key, if there is one.</summary>
internal sealed class ApiKeyFilter(IOptions<PeftServerOptions> options, PageKey page) : IEndpointFilter
{
    private const string Bearer = "Bearer ";

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (options.Value.ApiKey is not { } expected || IsEqual(KeyOf(request), expected) || IsDownloadOfPage(request))
            return await next(context);
        context.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
        const string Detail = "the request has no API key, or a wrong one; send it as 'Authorization: Bearer KEY'.";
        return Results.Problem(
            Detail, statusCode: StatusCodes.Status401Unauthorized,
            extensions: OpenAiError.For(context.HttpContext, Detail, StatusCodes.Status401Unauthorized));
    }

    /// <summary>A browser that gave the key to the page reads and downloads with its cookie, and changes nothing.</summary>
    private bool IsDownloadOfPage(HttpRequest request) =>
        options.Value.Pages && HttpMethods.IsGet(request.Method) && page.Allows(request);

    private static string KeyOf(HttpRequest request)
    {
        var given = request.Headers.Authorization.ToString();
        var isBearer = given.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
        return isBearer ? given[Bearer.Length..] : request.Headers["X-Api-Key"].ToString();
    }

    /// <summary>Compares digests, so that the time tells neither the length nor a prefix of the key.</summary>
    public static bool IsEqual(string given, string expected) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}
