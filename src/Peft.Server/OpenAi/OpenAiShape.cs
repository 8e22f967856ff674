using System.Text;
using System.Text.Json;
using Peft.Hosting;

namespace Peft.Server;

/// <summary>How a generation is written: as a chat completion or as a text completion.</summary>
/// <param name="Whole">The whole answer as JSON.</param>
/// <param name="Piece">A piece as JSON; the first one begins the message.</param>
/// <param name="Usage">The usage behind the last piece, as JSON.</param>
internal sealed record OpenAiShape(
    Func<string, GenerationSummary, object> Whole, Func<GeneratedPiece, bool, string> Piece, Func<GenerationSummary, string> Usage)
{
    public static OpenAiShape Chat(string model)
    {
        var (id, created) = ($"chatcmpl-{Guid.NewGuid():N}", DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        return new OpenAiShape(
            (text, summary) => new ChatCompletionView(
                id, "chat.completion", created, model,
                [new ChatChoice(0, new ChatMessageView("assistant", text), null, Reason(summary))], OpenAiUsage.FromSummary(summary)),
            (piece, isFirst) => Chunk(
                [new ChatChoice(0, null, new ChatMessageView(isFirst ? "assistant" : null, Added(piece, isFirst)), Reason(piece.Summary))],
                null),
            summary => Chunk([], OpenAiUsage.FromSummary(summary)));

        string Chunk(IReadOnlyList<ChatChoice> choices, OpenAiUsage? usage) =>
            JsonSerializer.Serialize(new ChatCompletionView(id, "chat.completion.chunk", created, model, choices, usage));
    }

    public static OpenAiShape Text(string model)
    {
        var (id, created) = ($"cmpl-{Guid.NewGuid():N}", DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        return new OpenAiShape(
            (text, summary) => Completion([new TextChoice(0, text, Reason(summary))], OpenAiUsage.FromSummary(summary)),
            (piece, _) => JsonSerializer.Serialize(Completion([new TextChoice(0, piece.Text, Reason(piece.Summary))], null)),
            summary => JsonSerializer.Serialize(Completion([], OpenAiUsage.FromSummary(summary))));

        TextCompletionView Completion(IReadOnlyList<TextChoice> choices, OpenAiUsage? usage) =>
            new(id, "text_completion", created, model, choices, usage);
    }

    /// <summary>Reads all pieces.</summary>
    public async Task<object> ReadAsync(IAsyncEnumerable<GeneratedPiece> pieces)
    {
        var (text, summary) = (new StringBuilder(), (GenerationSummary?)null);
        await foreach (var piece in pieces)
        {
            text.Append(piece.Text);
            summary = piece.Summary;
        }

        return Whole(text.ToString(), summary!);
    }

    private static string? Added(GeneratedPiece piece, bool isFirst) => piece.Text.Length > 0 || isFirst ? piece.Text : null;

    private static string? Reason(GenerationSummary? summary) => summary?.End switch
    {
        null => null,
        GenerationEnd.MaxTokens => "length",
        _ => "stop",
    };
}
