using Peft.Data;

namespace Peft.Training;

/// <summary>The sentences of a run on tokens.</summary>
/// <param name="state">The labels and their scheme.</param>
/// <param name="parts">The sentences.</param>
internal sealed class TokenData(TaskState state, OwnParts<TaggedSentence> parts) : ITaskData
{
    private readonly List<string> _notices = [.. parts.Notices];

    public IReadOnlyList<string> Files => parts.Files;

    /// <summary>Notices about the data, and after <see cref="Encode"/> also about the windows.</summary>
    public IReadOnlyList<string> Notices => _notices;

    public bool ReportsCuts => true;

    /// <summary>The share of the most frequent tag among the development words, mostly O.</summary>
    public double? MajorityShare { get; } = parts.Dev.SelectMany(sentence => sentence.Tags).GroupBy(tag => tag, StringComparer.Ordinal)
        .Max(group => group.Count()) / (double)parts.Dev.Sum(sentence => sentence.Words.Count);

    public IReadOnlyList<int>? MeasureLengths(ITokenizer tokenizer) =>
        [.. parts.Train.Select(sentence => tokenizer.Encode(string.Join(' ', sentence.Words)).Length)];

    public ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options)
    {
        return new TokenSession(
            model, tokenizer, options, state, Encoded(parts.Train, "training"), Encoded(parts.Dev, "development"),
            parts.Test is { } test ? Encoded(test, "test") : null);

        TaggedWindows Encoded(IReadOnlyList<TaggedSentence> sentences, string part)
        {
            var encoder = new WordWindows(tokenizer, options.MaxLength);
            var encoded = TaggedWindows.Encode(sentences, encoder);
            _notices.AddRange(encoder.Notices(part));
            return encoded;
        }
    }
}
