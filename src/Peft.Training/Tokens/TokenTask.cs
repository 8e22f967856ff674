using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Classification of tokens on a user's own files: named entities by BIO, IOB1, BIOES or BILOU tags, or tags without prefixes such as parts
/// of speech.
/// </summary>
public sealed class TokenTask : IFineTuningTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "tokens";

    /// <summary>Another name of the task.</summary>
    internal const string Alias = "ner";

    private readonly TaskState _state;
    private readonly OwnParts<TaggedSentence>? _parts;

    /// <summary>Creates the task, whose labels are read from the data (<see cref="Bind"/>).</summary>
    public TokenTask()
        : this(new TaskState { Scheme = TagScheme.Bio }, null)
    {
    }

    private TokenTask(TaskState state, OwnParts<TaggedSentence>? parts) => (_state, _parts) = (state, parts);

    /// <inheritdoc/>
    public string Name => TaskName;

    /// <inheritdoc/>
    public TaskHead Head => new TaskHead.Tokens(_state.Labels.Count) { Labels = _state.Labels };

    private TagScheme Scheme => _state.Scheme ?? TagScheme.Plain;

    /// <summary>Reads the sentences, finds the scheme of their tags and collects the labels.</summary>
    /// <inheritdoc/>
    public IFineTuningTask Bind(TrainingOptions options)
    {
        options = options with { Task = TaskName };
        OwnOptions.Check(options, isGenerated: false);
        var parts = ReadFiles(options);
        var scheme = TagSchemes.Detect(parts.Train.Select(sentence => sentence.Tags));
        var notices = new List<string>(parts.Notices) { Describe(scheme) };
        parts = InBio(parts, scheme);
        scheme = scheme == TagScheme.Iob1 ? TagScheme.Bio : scheme;
        var labels = parts.Train.SelectMany(sentence => sentence.Tags).Distinct(StringComparer.Ordinal)
            .OrderBy(tag => tag != TagSchemes.Outside).ThenBy(tag => tag, StringComparer.Ordinal).ToList();
        if (labels.Count < 2)
            throw new TooFewExamplesException(
                $"{parts.Files[0]}: every word has the tag '{Excerpt.Cut(labels[0])}'; expected at least 2 different tags.");
        notices.AddRange(TagNotices(parts, labels, scheme));
        OwnOptions.CheckMetric(options, EntityScore.Names(scheme));
        return new TokenTask(new TaskState { Labels = labels, Scheme = scheme }, parts with { Notices = notices });
    }

    /// <inheritdoc/>
    public IFineTuningTask Restore(TaskState state, TrainingOptions options) => new TokenTask(state, null);

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options)
    {
        if (_parts is { } parts)
            return new TokenData(_state, parts);
        options = options with { Task = TaskName };
        var read = ReadFiles(options);
        return new TokenData(_state, InBio(read, TagSchemes.Detect(read.Train.Select(sentence => sentence.Tags))));
    }

    /// <summary>Splits each text into words (<see cref="WordSplit"/>) and finds the entities in them.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options)
    {
        var spans = texts.Select(text => WordSplit.Split(text.Text)).ToList();
        var encoder = new WordWindows(tokenizer, options.MaxLength);
        var windows = texts.SelectMany((text, index) =>
            encoder.Encode(index, [.. spans[index].Select(span => text.Text[span.Start..span.End])])).ToList();
        var tagged = new WordTagger(model, tokenizer, _state.Labels)
            .Tag(windows, [.. spans.Select(words => words.Count)], options.BatchSize);
        return [.. texts.Select((text, index) => TaggedText.Describe(text.Text, spans[index], tagged[index], Scheme))];
    }

    /// <summary>The files of tagged sentences that the settings name.</summary>
    internal static OwnPaths FindFiles(TrainingOptions options) =>
        OwnPaths.Find(options, [.. ConllReader.Endings, .. OwnTables.Endings], "words and tags");

    private static OwnParts<TaggedSentence> ReadFiles(TrainingOptions options) => OwnParts<TaggedSentence>.Read(
        FindFiles(options), options, "sentence", file => ReadFile(file, options));

    private static (IReadOnlyList<TaggedSentence> Sentences, IEnumerable<string> Notices) ReadFile(string file, TrainingOptions options)
    {
        if (!OwnTables.Reads(file))
        {
            var read = ReadColumns(file, options);
            return (read.Sentences, OwnTables.Notices(read.Skipped));
        }

        using var table = OwnTables.Open(file, options.SkipMalformed);
        var tagged = TaggedTable.Read(table, options.TextColumn, options.LabelColumn);
        return (tagged.Sentences, OwnTables.Notices(tagged.Skipped));
    }

    /// <summary>Reads a CoNLL file.</summary>
    internal static TaggedFile ReadColumns(string file, TrainingOptions options) => ConllReader.Read(
        file, Column(options.TextColumn, "text-column"), Column(options.LabelColumn, "label-column"), options.SkipMalformed);

    private static int? Column(string? text, string option) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var column) && column > 0 ? column
        : throw new TrainingOptionsException(option, $"'{Excerpt.Cut(text)}' is no column of a CoNLL file, which has no names; expected a "
            + "number from 1");

    private static OwnParts<TaggedSentence> InBio(OwnParts<TaggedSentence> parts, TagScheme scheme)
    {
        if (scheme != TagScheme.Iob1)
            return parts;
        IReadOnlyList<TaggedSentence> Convert(IReadOnlyList<TaggedSentence> part) =>
            [.. part.Select(sentence => sentence with { Tags = TagSchemes.ToBio(sentence.Tags) })];
        return parts with { Train = Convert(parts.Train), Dev = Convert(parts.Dev), Test = parts.Test is { } test ? Convert(test) : null };
    }

    private static string Describe(TagScheme scheme) => scheme switch
    {
        TagScheme.Bio => "tags of scheme BIO",
        TagScheme.Iob1 => "tags of scheme IOB1, converted to BIO",
        TagScheme.Bioes => "tags of scheme BIOES",
        TagScheme.Bilou => "tags of scheme BILOU",
        _ => "tags without prefixes such as B- and I-: words are scored, and no entities",
    };

    private static IEnumerable<string> TagNotices(OwnParts<TaggedSentence> parts, IReadOnlyList<string> labels, TagScheme scheme)
    {
        var odd = labels.Where(tag => scheme != TagScheme.Plain && tag != TagSchemes.Outside && !TagSchemes.HasPrefix(tag)).ToList();
        if (odd.Count > 0)
            yield return $"tags with an unknown prefix: {Excerpt.Cut(string.Join(", ", odd))}; as in seqeval, their first character is the "
                + "prefix and the rest the type";
        var unknown = parts.Dev.SelectMany(sentence => sentence.Tags).Except(labels, StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
            yield return $"development tags that no training word has, so that they cannot be predicted: "
                + Excerpt.Cut(string.Join(", ", unknown));
    }
}
