using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peft.Data;
using Peft.Hosting;
using Peft.Training;

namespace Peft.Server;

/// <summary>
/// Converts the exceptions of a request to problem details (RFC 9457): a status and a sentence, without folders of the server.
/// </summary>
internal sealed partial class Problems(IFineTuningJobs? jobs, ILogger<Problems> logger) : IEndpointFilter
{
    private readonly string? _root = jobs?.Folder;

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
        catch (Exception problem) when (problem is ConnectionResetException
            || (problem is OperationCanceledException && context.HttpContext.RequestAborted.IsCancellationRequested))
        {
            context.HttpContext.Abort(); // the client has gone; the rest of its body is not read
            return Results.Empty;
        }
        catch (Exception problem) when (!context.HttpContext.Response.HasStarted)
        {
            var (status, detail) = Describe(problem);
            if (status == StatusCodes.Status429TooManyRequests)
                context.HttpContext.Response.Headers.RetryAfter = "1";
            return Results.Problem(
                detail, statusCode: status,
                extensions: OpenAiError.For(context.HttpContext, detail, status, (problem as RequestProblemException)?.Parameter));
        }
    }

    /// <summary>The status of a problem, and a sentence. An unexpected exception is logged, and its message is not sent.</summary>
    public (int Status, string Detail) Describe(Exception problem)
    {
        var status = StatusOf(problem);
        if (status == StatusCodes.Status422UnprocessableEntity)
            return (status, Folders().Replace(WithoutFolders(problem.Message), ""));
        if (status != StatusCodes.Status500InternalServerError)
            return (status, WithoutFolders(problem.Message));
        Unexpected(logger, problem);
        return (status, "the server failed; its log has the reason.");
    }

    /// <summary>The sentence that a page shows for an error. An unexpected one is logged.</summary>
    public string Sentence(Exception problem) => Describe(problem).Detail;

    /// <summary>A text without the folder of the runs, also where it is JSON.</summary>
    public string WithoutFolders(string text) => _root is null ? text : Without(Without(text, _root), JsonEncodedText.Encode(_root).Value);

    private static string Without(string text, string folder) =>
        text.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(folder, "", StringComparison.Ordinal);

    private static int StatusOf(Exception problem) => problem switch
    {
        RequestProblemException request => request.Status,
        BadHttpRequestException bad => bad.StatusCode,
        UnknownJobException or UnknownAdapterException => StatusCodes.Status404NotFound,
        JobExistsException or JobEndedException or JobResumeException => StatusCodes.Status409Conflict,
        PredictorBusyException or GenerationsBusyException => StatusCodes.Status429TooManyRequests,
        JobStoreException => StatusCodes.Status503ServiceUnavailable,
        JobRequestException or AdapterNameException or TrainingOptionsException or UnknownNameException or UnusedSettingException
            or MethodOptionException or MethodExpressionException or RoutingException or SiteSelectionException or TaskException
            or JsonException or AdapterOperationException or GenerateOptionException => StatusCodes.Status400BadRequest,
        OperationCanceledException => StatusCodes.Status503ServiceUnavailable,
        MethodShapeException => StatusCodes.Status500InternalServerError, // a fault of a method, which the log must have
        _ when IsOwn(problem) => StatusCodes.Status422UnprocessableEntity, // a run or its backbone that cannot be used
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Whether it is an exception of the libraries, whose messages are written for users.</summary>
    private static bool IsOwn(Exception problem) =>
        problem.GetType().Namespace?.StartsWith(nameof(Peft), StringComparison.Ordinal) == true;

    /// <summary>The folders of an absolute path, without the last name.</summary>
    [GeneratedRegex(@"(?<![\w.:/-])/(?:[^\s/'"",:;()]+/)+")]
    private static partial Regex Folders();

    [LoggerMessage(1, LogLevel.Error, "A request failed.")]
    private static partial void Unexpected(ILogger logger, Exception problem);
}
