using System.Text.Json;
using Peft.Hosting;
using Peft.Training;

namespace Peft.Server;

/// <summary>An adapter that a client loads.</summary>
/// <param name="Run">The run, by its name in the folder of the jobs.</param>
internal sealed record AdapterRequest(string Run);

/// <summary>An adapter as clients see it.</summary>
internal sealed record AdapterView(
    string Name, string Task, string Method, string Backbone, IReadOnlyList<string> Labels, bool? HasPairs, long OwnBytes)
{
    public static AdapterView FromAdapter(ServedAdapter adapter) => new(
        adapter.Name, adapter.Task, adapter.Method, Path.GetFileName(adapter.Backbone), adapter.Labels, adapter.HasPairs, adapter.OwnBytes);
}

/// <summary>Texts that a client asks about.</summary>
/// <param name="Texts">Each is a text, or an object with <c>text</c> and <c>pair</c>.</param>
/// <param name="Top">How many classes of each answer are listed; 0 for all.</param>
internal sealed record PredictionRequest(IReadOnlyList<JsonElement> Texts, int Top = 0)
{
    /// <summary>The texts.</summary>
    /// <exception cref="RequestProblemException">One is neither a text nor a pair.</exception>
    public IReadOnlyList<(string Text, string? Pair)> Read() => [.. Texts.Select(Read)];

    private static (string Text, string? Pair) Read(JsonElement given, int index) => given.ValueKind switch
    {
        JsonValueKind.String => (RequestText.Read($"texts[{index}]", given), null),
        JsonValueKind.Object when given.TryGetProperty("text", out var text) && given.EnumerateObject().All(IsKnown) =>
            (RequestText.Read($"texts[{index}].text", text), given.TryGetProperty("pair", out var pair)
                ? RequestText.Read($"texts[{index}].pair", pair) : null),
        _ => throw new RequestProblemException($"texts[{index}]: expected a text, or an object with text and pair."),
    };

    private static bool IsKnown(JsonProperty member) =>
        member.Name is "text" or "pair" && member.Value.ValueKind == JsonValueKind.String;
}

/// <summary>The answers to the texts of a request, in their order.</summary>
/// <param name="Adapter">The adapter.</param>
/// <param name="Predictions">The answers.</param>
internal sealed record PredictionAnswer(string Adapter, IReadOnlyList<PredictionView> Predictions);

/// <summary>An answer: a label with its probability and those of the other classes, a number, labels, entities or a text.</summary>
internal sealed record PredictionView(
    string Answer, double? Probability, IReadOnlyList<ClassProbability> Classes, IReadOnlyList<string>? Labels, double? Score,
    IReadOnlyList<EntityPrediction>? Entities)
{
    public static PredictionView FromPrediction(Prediction prediction, int top) => new(
        prediction.Answer, prediction.Probability, top > 0 ? [.. prediction.Classes.Take(top)] : prediction.Classes, prediction.Labels,
        prediction.Score, prediction.Entities);
}
