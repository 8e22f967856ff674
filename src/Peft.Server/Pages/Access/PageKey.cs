using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Peft.Server.Pages;

/// <summary>The cookie of a browser that gave the key. It holds a digest that only the key gives, not the key.</summary>
internal sealed class PageKey(IOptions<PeftServerOptions> options)
{
    private const string Cookie = "peft-page";

    /// <summary>Whether requests need the key.</summary>
    public bool IsNeeded => options.Value.ApiKey is not null;

    /// <summary>Whether a request may see data: no key is needed, or its browser gave the key.</summary>
    public bool Allows(HttpRequest request) => options.Value.ApiKey is not { } key
        || (request.Cookies[Cookie] is { } given && ApiKeyFilter.IsEqual(given, Token(key)));

    /// <summary>Gives the browser the cookie if the key is right.</summary>
    /// <returns>Whether it is.</returns>
    public bool SignIn(HttpContext context, string given)
    {
        if (options.Value.ApiKey is not { } key || !ApiKeyFilter.IsEqual(given, key))
            return false;
        context.Response.Cookies.Append(Cookie, Token(key), OptionsFor(context.Request));
        return true;
    }

    /// <summary>Removes the cookie.</summary>
    public static void SignOut(HttpContext context) => context.Response.Cookies.Delete(Cookie, OptionsFor(context.Request));

    private static CookieOptions OptionsFor(HttpRequest request) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = request.IsHttps, Path = $"{request.PathBase}/", IsEssential = true,
    };

    private static string Token(string key) => Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), "peft page"u8));
}
