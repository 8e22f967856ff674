using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Peft.Server.Pages;

/// <summary>Refuses requests for pages, and for their connection, without the key or from pages of other sites.</summary>
internal static class PageGuard
{
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
        + "base-uri 'self'; form-action 'self'";

    /// <summary>Puts the guard before an endpoint.</summary>
    public static void Protect(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } next)
            return;
        endpoint.RequestDelegate = context => Guard(context, next);
    }

    /// <summary>Adds the headers that keep a page from loading anything of another site, and other sites from framing it.</summary>
    public static void AddHeaders(HttpResponse response)
    {
        response.Headers.Append(HeaderNames.ContentSecurityPolicy, Policy);
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>Whether a request has this server's origin, or none.</summary>
    public static bool IsOwn(HttpRequest request) => request.Headers.Origin.ToString() is var origin && (origin.Length == 0
        || (Uri.TryCreate(origin, UriKind.Absolute, out var address)
            && address.Authority.Equals(new Uri($"{address.Scheme}://{request.Host}").Authority, StringComparison.OrdinalIgnoreCase)));

    private static Task Guard(HttpContext context, RequestDelegate next)
    {
        AddHeaders(context.Response);
        if (!IsOwn(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        if (context.RequestServices.GetRequiredService<PageKey>().Allows(context.Request))
            return next(context);
        if (context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            context.Response.Redirect($"{context.Request.PathBase}/sign-in");
        else
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
