using System.Text;
using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>The prompt of a run, as its result stores it.</summary>
/// <param name="Name">The prompt's name.</param>
/// <param name="Template">The template.</param>
/// <param name="Words">The labels with their words.</param>
/// <param name="Aliases">Other spellings of labels in files.</param>
/// <param name="Demonstrations">The examples that are shown after a text to predict.</param>
internal sealed record StoredPrompt(
    string Name, string Template, IReadOnlyList<LabelWord> Words, IReadOnlyDictionary<string, string> Aliases,
    IReadOnlyList<Demonstration> Demonstrations)
{
    private static readonly JsonSerializerOptions s_reading = JsonRecord.Strict(new JsonSerializerOptions());

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public static string Write(ClozePrompt prompt, IReadOnlyList<Demonstration> shown) => JsonSerializer.Serialize(
        new StoredPrompt(prompt.Name, prompt.Template.Source, prompt.Words, prompt.Aliases, shown));

    /// <summary>Reads what a run stored.</summary>
    /// <exception cref="PromptException">It is malformed.</exception>
    public static (ClozePrompt Prompt, IReadOnlyList<Demonstration> Shown) Parse(string json)
    {
        const string Place = "the run's prompt";
        try
        {
            var stored = JsonRecord.Read<StoredPrompt>(Encoding.UTF8.GetBytes(json), s_reading);
            var prompt = ClozePrompt.Create(stored.Name, stored.Template, stored.Words, Place) with { Aliases = stored.Aliases };
            if (stored.Demonstrations.FirstOrDefault(shown => shown.Label < 0 || shown.Label >= prompt.Words.Count) is { } wrong)
                throw new PromptException($"{Place}: a demonstration has label {wrong.Label}; there are {prompt.Words.Count}.");
            if (stored.Demonstrations.Any(shown => shown.Pair is null == prompt.Template.HasPair))
                throw new PromptException($"{Place}: a demonstration has {(prompt.Template.HasPair ? "one text" : "two texts")}, and the "
                    + "template has another number.");
            return (prompt, stored.Demonstrations);
        }
        catch (JsonException malformed)
        {
            throw new PromptException($"{Place}: is malformed ({JsonFault.Describe(malformed)}).", malformed);
        }
    }
}
