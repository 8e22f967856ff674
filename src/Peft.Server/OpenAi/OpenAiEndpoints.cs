using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Peft.Hosting;
using Peft.Training;

namespace Peft.Server;

/// <summary>Routes in the shapes that OpenAI's clients send; <c>model</c> is the name of an adapter.</summary>
internal static class OpenAiEndpoints
{
    public static void Map(RouteGroupBuilder group, Problems problems)
    {
        Mark(group.MapPost("/chat/completions", (HttpRequest request, IPredictor predictor) => ChatAsync(request, predictor, problems)))
            .Accepts<ChatCompletionRequest>("application/json").Produces<ChatCompletionView>()
            .WithSummary("Continues a conversation, in the shape of OpenAI's chat completions; \"stream\": true streams the answer.");
        Mark(group.MapPost("/completions", (HttpRequest request, IPredictor predictor) => CompleteAsync(request, predictor, problems)))
            .Accepts<CompletionRequest>("application/json").Produces<TextCompletionView>()
            .WithSummary("Continues a prompt, in the shape of OpenAI's completions; \"stream\": true streams the text.");
        Mark(group.MapPost("/embeddings", (HttpRequest request, IPredictor predictor, IOptions<PeftServerOptions> options) =>
                EmbedAsync(request, predictor, options.Value)))
            .Accepts<EmbeddingRequest>("application/json").Produces<EmbeddingList>()
            .WithSummary("Gives vectors of texts, in the shape of OpenAI's embeddings.");
        Mark(group.MapGet("/models", (IPredictor predictor) =>
                new ModelList("list", [.. predictor.Adapters.Select(ModelView.FromAdapter)])))
            .WithSummary("Lists the loaded adapters, in the shape of OpenAI's models.");
        Mark(group.MapGet("/models/{name}", (string name, IPredictor predictor) => ModelView.FromAdapter(
                predictor.Adapters.FirstOrDefault(adapter => adapter.Name == name)
                ?? throw new UnknownAdapterException(name, [.. predictor.Adapters.Select(adapter => adapter.Name)]))))
            .WithSummary("Shows a loaded adapter, in the shape of OpenAI's models.");
    }

    private static RouteHandlerBuilder Mark(RouteHandlerBuilder route) => route.WithMetadata(OpenAiRoute.Mark);

    private static async Task<IResult> ChatAsync(HttpRequest request, IPredictor predictor, Problems problems)
    {
        var (given, aborted) = (await RequestBody.ReadAsync<ChatCompletionRequest>(request), request.HttpContext.RequestAborted);
        var pieces = predictor.StreamAsync(given.Model, given.ReadPrompt(), given.ReadOptions(), aborted);
        return await AnswerAsync(pieces, OpenAiShape.Chat(given.Model), given.Stream, given.StreamOptions, problems, aborted);
    }

    private static async Task<IResult> CompleteAsync(HttpRequest request, IPredictor predictor, Problems problems)
    {
        var (given, aborted) = (await RequestBody.ReadAsync<CompletionRequest>(request), request.HttpContext.RequestAborted);
        var pieces = predictor.StreamAsync(given.Model, given.ReadPrompt(), given.ReadOptions(), aborted);
        return await AnswerAsync(pieces, OpenAiShape.Text(given.Model), given.Stream, given.StreamOptions, problems, aborted);
    }

    private static async Task<IResult> AnswerAsync(
        IAsyncEnumerable<GeneratedPiece> pieces, OpenAiShape shape, bool? streams, StreamOptionsRequest? options, Problems problems,
        CancellationToken aborted)
    {
        if (options is not null && streams != true)
            throw OpenAiParameters.Problem("stream_options", "is for streams; set stream to true, or leave it out");
        return streams == true
            ? await OpenAiStream.OpenAsync(pieces, shape, options?.IncludeUsage == true, problems, aborted)
            : Results.Json(await shape.ReadAsync(pieces));
    }

    private static async Task<EmbeddingList> EmbedAsync(HttpRequest request, IPredictor predictor, PeftServerOptions options)
    {
        var given = await RequestBody.ReadAsync<EmbeddingRequest>(request);
        OpenAiParameters.Refuse(given.Others);
        var texts = OpenAiParameters.Texts("input", given.Input);
        if (texts.Count == 0 || texts.Count > options.MaxTexts)
            throw OpenAiParameters.Problem("input", $"expected 1 to {options.MaxTexts} texts, found {texts.Count}");
        if (given.EncodingFormat is not (null or "float" or "base64"))
            throw OpenAiParameters.Problem("encoding_format", "expected float or base64");
        var found = await TimeLimit.RunAsync(request, options, limit => predictor.EmbedAsync(given.Model, texts, limit));
        var tokens = found.Sum(one => one.Tokens);
        return new EmbeddingList(
            "list", [.. found.Select((one, index) => new EmbeddingView("embedding", index, Shown(one, given.EncodingFormat == "base64")))],
            given.Model, new EmbeddingUsage(tokens, tokens));
    }

    private static object Shown(TextEmbedding one, bool asBytes)
    {
        float[] values = [.. one.Values];
        return asBytes ? Convert.ToBase64String(MemoryMarshal.AsBytes(values.AsSpan())) : values;
    }
}
