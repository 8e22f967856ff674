using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Peft.Server.Pages;

/// <summary>The form that asks for the key.</summary>
internal static class SignIn
{
    private const string Route = "/sign-in";
    private const int MostBytes = 16 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, IResult (HttpContext context, PageKey key, IAntiforgery tokens) =>
            key.Allows(context.Request) ? Home(context) : Form(context, tokens, isWrong: false)).ExcludeFromDescription();
        routes.MapPost(Route, (Delegate)SubmitAsync).ExcludeFromDescription();
        routes.MapPost("/sign-out", (HttpContext context) =>
        {
            if (PageGuard.IsOwn(context.Request))
                PageKey.SignOut(context);
            return Home(context);
        }).ExcludeFromDescription();
    }

    private static async Task<IResult> SubmitAsync(HttpContext context)
    {
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>();
        var isSmall = context.Request is { HasFormContentType: true, ContentLength: <= MostBytes };
        if (!isSmall || !PageGuard.IsOwn(context.Request) || !await tokens.IsRequestValidAsync(context))
            return Form(context, tokens, isWrong: false);
        var given = (await context.Request.ReadFormAsync(context.RequestAborted))["key"].ToString().Trim();
        var isRight = context.RequestServices.GetRequiredService<PageKey>().SignIn(context, given);
        return isRight ? Home(context) : Form(context, tokens, isWrong: true);
    }

    private static RedirectHttpResult Home(HttpContext context) => TypedResults.LocalRedirect($"{context.Request.PathBase}/");

    private static RazorComponentResult<SignInPage> Form(HttpContext context, IAntiforgery tokens, bool isWrong)
    {
        PageGuard.AddHeaders(context.Response);
        var token = tokens.GetAndStoreTokens(context);
        return new RazorComponentResult<SignInPage>(new
        {
            Field = token.FormFieldName, Token = token.RequestToken!, IsWrong = isWrong, Base = $"{context.Request.PathBase}/",
        })
        {
            StatusCode = isWrong ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK,
        };
    }
}
