using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peft.Data;
using Peft.Hosting;
using Peft.Training;

namespace Peft.Server;

/// <summary>
/// Turns what goes wrong in a request into a problem (RFC 9457): a status and a sentence. Folders of the server are left out of it.
/// </summary>
internal sealed partial class Problems(IFineTuningJobs? jobs, ILogger<Problems> logger) : IEndpointFilter
{
    private const string Unknown = "the server failed; its log has the reason.";

    private readonly string? _root = jobs is null ? null : Path.GetDirectoryName(jobs.FolderOf("a"));

    /// <summary>Creates the filter of a service provider.</summary>
    public static Problems Create(IServiceProvider services) =>
        new(services.GetService<IFineTuningJobs>(), services.GetRequiredService<ILogger<Problems>>());

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // nobody waits for an answer
        }
        catch (Exception problem) when (!context.HttpContext.Response.HasStarted)
        {
            var status = StatusOf(problem);
            var isUnexpected = status == StatusCodes.Status500InternalServerError;
            if (status == StatusCodes.Status429TooManyRequests)
                context.HttpContext.Response.Headers.RetryAfter = "1";
            if (isUnexpected)
                Unexpected(logger, problem);
            return Results.Problem(
                isUnexpected ? Unknown : WithoutFolders(problem.Message), statusCode: status);
        }
    }

    /// <summary>What a user of the page is told about an error. One that nobody expected is logged.</summary>
    public string Sentence(Exception problem)
    {
        if (StatusOf(problem) != StatusCodes.Status500InternalServerError)
            return WithoutFolders(problem.Message);
        Unexpected(logger, problem);
        return Unknown;
    }

    /// <summary>A text without the folder of the runs.</summary>
    public string WithoutFolders(string text) => _root is null ? text
        : text.Replace(_root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(_root, "", StringComparison.Ordinal);

    private static int StatusOf(Exception problem) => problem switch
    {
        RequestProblemException request => request.Status,
        BadHttpRequestException bad => bad.StatusCode,
        UnknownJobException or UnknownAdapterException => StatusCodes.Status404NotFound,
        JobExistsException or JobEndedException => StatusCodes.Status409Conflict,
        PredictorBusyException => StatusCodes.Status429TooManyRequests,
        JobStoreException => StatusCodes.Status503ServiceUnavailable,
        RunFolderException or AdapterFolderException or JobFailedException => StatusCodes.Status422UnprocessableEntity,
        JobRequestException or AdapterNameException or TrainingOptionsException or UnknownNameException or UnusedSettingException
            or TaskException or JsonException => StatusCodes.Status400BadRequest,
        OperationCanceledException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    [LoggerMessage(1, LogLevel.Error, "A request failed.")]
    private static partial void Unexpected(ILogger logger, Exception problem);
}
