using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Peft.Hosting;
using Peft.Server.Pages;
using Peft.Server.Pages.Runs;
using Radzen;

namespace Peft.Server;

/// <summary>Adds Peft's HTTP API to an ASP.NET Core application.</summary>
public static class PeftServerExtensions
{
    /// <summary>Adds what the API needs; <see cref="MapPeft"/> adds its routes.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddPeftServer(this IServiceCollection services, Action<PeftServerOptions>? configure = null)
    {
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
            context.ProblemDetails.Detail ??= Sentence(context.ProblemDetails.Status));
        services.AddOpenApi();
        services.AddSingleton<ApiKeyFilter>().AddSingleton<PageKey>();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddScoped<PageServices>();
        // A function, since the types of all services are checked when a development host starts, and one without jobs lacks the argument.
        services.AddSingleton(provider => new RunCatalog(provider.GetRequiredService<IFineTuningJobs>()));
        services.Configure(configure ?? (_ => { }));
        return services;
    }

    /// <summary>The detail of the errors that the framework answers before a route's code runs.</summary>
    private static string? Sentence(int? status) => status switch
    {
        StatusCodes.Status404NotFound => "there is no such route; /openapi/v1.json lists those below /v1.",
        StatusCodes.Status405MethodNotAllowed => "the route does not take this method; /openapi/v1.json lists those that it takes.",
        StatusCodes.Status415UnsupportedMediaType => "expected a JSON body with Content-Type: application/json.",
        _ => null,
    };

    /// <summary>
    /// Adds the routes below <c>/v1</c>: jobs and runs if <c>AddJobs</c> was called, adapters and predictions if <c>AddPredictor</c> was.
    /// <c>/openapi/v1.json</c> describes them. The live page is at <c>/</c>, unless <see cref="PeftServerOptions.Pages"/> is false.
    /// </summary>
    /// <remarks>
    /// You write <c>services.AddPeft(peft =&gt; peft.AddMethod&lt;Lora&gt;().AddJobs().AddPredictor()); services.AddPeftServer();</c> and
    /// <c>app.MapPeft();</c> Clients get JSON, and for every error a problem (RFC 9457).
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <returns>The group of the routes below <c>/v1</c>, to which conventions such as authorisation can be added.</returns>
    public static RouteGroupBuilder MapPeft(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var problems = Problems.Create(routes.ServiceProvider);
        var group = routes.MapGroup("/v1");
        group.AddEndpointFilter(routes.ServiceProvider.GetRequiredService<ApiKeyFilter>());
        group.AddEndpointFilter(problems);
        foreach (var status in (int[])[400, 401, 404, 503]) // of every route; routes name their others
            group.ProducesProblem(status);
        var known = routes.ServiceProvider.GetRequiredService<IServiceProviderIsService>();
        if (known.IsService(typeof(IFineTuningJobs)))
        {
            JobEndpoints.Map(group, problems);
            RunEndpoints.Map(group, problems);
        }

        if (known.IsService(typeof(IPredictor)))
        {
            AdapterEndpoints.Map(group);
            OpenAiEndpoints.Map(group, problems);
        }

        routes.MapOpenApi();
        if (routes.ServiceProvider.GetRequiredService<IOptions<PeftServerOptions>>().Value.Pages)
            PageRoutes.Map(routes);
        return group;
    }
}
