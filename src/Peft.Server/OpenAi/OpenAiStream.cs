using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Peft.Hosting;

namespace Peft.Server;

/// <summary>Streams a generation as server-sent events, with <c>[DONE]</c> at the end.</summary>
internal static class OpenAiStream
{
    private const string Done = "[DONE]";

    /// <summary>Waits for the first piece, so that a request that is refused gets a status, and streams.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="shape">How they are written.</param>
    /// <param name="withUsage">Whether tokens are counted in an event before the last.</param>
    /// <param name="problems">Writes errors.</param>
    /// <param name="aborted">The client has left.</param>
    public static async Task<IResult> OpenAsync(
        IAsyncEnumerable<GeneratedPiece> pieces, OpenAiShape shape, bool withUsage, Problems problems, CancellationToken aborted)
    {
        var reader = pieces.GetAsyncEnumerator(aborted);
        try
        {
            await reader.MoveNextAsync();
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }

        return TypedResults.ServerSentEvents(Events(reader, shape, withUsage, problems, aborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> Events(
        IAsyncEnumerator<GeneratedPiece> reader, OpenAiShape shape, bool withUsage, Problems problems,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var owned = reader;
        var (isFirst, problem, summary) = (true, (string?)null, (GenerationSummary?)null);
        for (var hasPiece = true; hasPiece;)
        {
            yield return new SseItem<string>(shape.Piece(reader.Current, isFirst));
            (isFirst, summary) = (false, reader.Current.Summary);
            (hasPiece, problem) = await NextAsync(reader, problems, cancellation);
        }

        if (problem is not null)
            yield return new SseItem<string>(problem);
        else if (withUsage && summary is not null)
            yield return new SseItem<string>(shape.Usage(summary));
        yield return new SseItem<string>(Done);
    }

    /// <summary>The next piece, or an error as JSON: the status has been sent by then.</summary>
    private static async Task<(bool HasPiece, string? Problem)> NextAsync(
        IAsyncEnumerator<GeneratedPiece> reader, Problems problems, CancellationToken cancellation)
    {
        try
        {
            return (await reader.MoveNextAsync(), null);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
        {
            var (status, detail) = problems.Describe(problem);
            return (false, JsonSerializer.Serialize(new { error = OpenAiError.Create(detail, status) }));
        }
    }
}
