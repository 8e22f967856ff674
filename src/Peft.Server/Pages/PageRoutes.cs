using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Peft.Server.Pages;

/// <summary>Adds the live page to an application.</summary>
internal static class PageRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        PageAssets.Map(routes);
        SignIn.Map(routes);
        var pages = routes.MapGroup("");
        // Without the middleware of antiforgery: pages have no forms of their own, and the form of the key checks its token itself.
        pages.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = "'none'")
            .DisableAntiforgery();
        ((IEndpointConventionBuilder)pages).Finally(PageGuard.Protect);
    }
}
