using Microsoft.AspNetCore.Http;

namespace Peft.Server;

/// <summary>Limits the time of an answer.</summary>
internal static class TimeLimit
{
    /// <summary>Waits for an answer for <see cref="PeftServerOptions.PredictionTimeout"/>.</summary>
    /// <exception cref="RequestProblemException">It took longer.</exception>
    public static async Task<T> RunAsync<T>(HttpRequest request, PeftServerOptions options, Func<CancellationToken, Task<T>> answer)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        limit.CancelAfter(options.PredictionTimeout);
        try
        {
            return await answer(limit.Token);
        }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            throw new RequestProblemException(
                "the answer took too long; send fewer texts, or send them later.", StatusCodes.Status503ServiceUnavailable);
        }
    }
}
