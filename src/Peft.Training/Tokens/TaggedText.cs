using Peft.Data;

namespace Peft.Training;

/// <summary>Converts the tags of a text to a prediction.</summary>
internal static class TaggedText
{
    /// <summary>The entities of a text, or every word with its tag where tags have no prefixes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">The characters of its words.</param>
    /// <param name="tagged">The tag and probability of each word.</param>
    /// <param name="scheme">The scheme of the tags.</param>
    public static Prediction Describe(
        string text, IReadOnlyList<TextSpan> words, (string[] Tags, double[] Probabilities) tagged, TagScheme scheme)
    {
        var found = scheme == TagScheme.Plain
            ? tagged.Tags.Select((tag, at) => new TagEntity(tag, at, at)) : TagEntities.Lenient(tagged.Tags, scheme);
        EntityPrediction[] entities =
        [
            .. found.Select(entity =>
            {
                var (start, end) = (words[entity.First].Start, words[entity.Last].End);
                var probability = tagged.Probabilities[entity.First..(entity.Last + 1)].Average();
                return new EntityPrediction(entity.Type, text[start..end], start, end, probability);
            }),
        ];
        var answer = entities.Length == 0 ? "no entities" : string.Join("; ", entities.Select(entity => $"{entity.Label}: {entity.Text}"));
        return new Prediction(text, answer, null, []) { Entities = entities };
    }
}
