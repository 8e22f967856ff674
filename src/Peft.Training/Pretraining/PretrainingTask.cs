using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>
/// Continued pretraining on a user's own text: an encoder predicts masked words, a decoder the next token. The result is an adapter, or a
/// whole model, that other runs can start from.
/// </summary>
public sealed class PretrainingTask : IFineTuningTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "pretraining";

    /// <summary>Another name of the task.</summary>
    internal const string Alias = "mlm";

    private static readonly string[] s_texts = ["text", "content", "document", "body", "sentence"];

    /// <inheritdoc/>
    public string Name => TaskName;

    /// <inheritdoc/>
    public TaskHead Head { get; } = new TaskHead.Pretraining();

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options) => new PretrainingData(ReadDocuments(options));

    /// <summary>Reads the documents, and holds some out where there is no development file.</summary>
    internal static OwnParts<string> ReadDocuments(TrainingOptions options)
    {
        options = options with { Task = TaskName };
        OwnOptions.Check(options, isGenerated: true);
        OwnOptions.CheckMetric(options, [GenerationSession.Likelihood, "accuracy"]);
        if (options.LabelColumn is not null)
            throw new TrainingOptionsException("label-column", $"is not used by task {TaskName}; leave it out");
        return OwnParts<string>.Read(FindFiles(options), options, "document", file => ReadFile(file, options));
    }

    /// <summary>The files of text that the settings name.</summary>
    internal static OwnPaths FindFiles(TrainingOptions options) =>
        OwnPaths.Find(options, [".txt", .. OwnTables.Endings], "text", allOfFolder: true);

    /// <summary>The column of the text in a table.</summary>
    /// <exception cref="TableColumnException">There is none.</exception>
    internal static string TextColumn(ITable table, TrainingOptions options) =>
        OwnColumns.Find(table, options.TextColumn, s_texts, "text-column", "text");

    /// <summary>An encoder fills the masks of each text, and a decoder continues it.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options) =>
        model.Backbone is CausalLanguageModel decoder
            ? Continue(model, tokenizer, decoder, texts, options)
            : [.. texts.Select(text => MaskFilling.Fill(model, tokenizer, text.Text, options.MaxLength))];

    private static IReadOnlyList<Prediction> Continue(
        PeftModel model, ITokenizer tokenizer, CausalLanguageModel decoder, IReadOnlyList<(string Text, string? Pair)> texts,
        TrainingOptions options)
    {
        var contexts = texts.Select(text => text.Text).Distinct().Select(text => new GenerationRecord(text, [])).ToList();
        var decoded = new ContextDecoder(model, tokenizer, TaskName)
        {
            Prompt = (text, limit) => [.. BackboneSource.TokensOf(tokenizer, text).DefaultIfEmpty(decoder.Decoder.Config.EndId)
                .TakeLast(Math.Max(1, limit))],
        }.Decode(new GenerationSet("", contexts), options: null, options.BatchSize);
        var written = decoded.Records.Zip(decoded.Texts).ToDictionary(pair => pair.First.Context, pair => pair.Second);
        return [.. texts.Select(text => new Prediction(text.Text, written[text.Text], null, []))];
    }

    private static (IReadOnlyList<string> Documents, IEnumerable<string> Notices) ReadFile(string file, TrainingOptions options)
    {
        if (!OwnTables.Reads(file))
            return (DocumentFile.Read(file), []);
        using var table = OwnTables.Open(file, options.SkipMalformed);
        var column = TextColumn(table, options);
        return (OwnTables.Read(table, row => row.RequireText(column)), OwnTables.Notices(table.Skipped));
    }
}

/// <summary>The documents of a run that continues pretraining.</summary>
/// <param name="parts">The documents.</param>
internal sealed class PretrainingData(OwnParts<string> parts) : ITaskData
{
    private readonly List<string> _notices = [.. parts.Notices];

    public IReadOnlyList<string> Files => parts.Files;

    public IReadOnlyList<string> Notices => _notices;

    public double? MajorityShare => null;

    public ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options) =>
        model.Backbone is CausalLanguageModel decoder
            ? NextTokens(model, decoder, tokenizer, options) : MaskedWords(model, tokenizer, options);

    private GenerationSession NextTokens(
        PeftModel model, CausalLanguageModel decoder, ITokenizer tokenizer, TrainingOptions options)
    {
        if (options.WholeWords)
            throw new TrainingOptionsException("whole-words", "is for encoders, which are trained on masked words, and "
                + $"{options.Backbone} is a decoder; leave it out");
        if (options.Metric is "accuracy")
            throw new TrainingOptionsException("metric", "'accuracy' is of masked words, and a decoder has none; leave it out");
        var encoder = new GenerationEncoder(tokenizer, decoder.Decoder.Config.EndId, options.MaxLength);
        return new GenerationSession(model, options, encoder.Pack(parts.Train), encoder.Pack(parts.Dev), scored: null)
        {
            State = new TaskState(),
            Test = parts.Test is { } test ? encoder.Pack(test) : null,
            HasPerplexity = true,
        };
    }

    private MaskedSession MaskedWords(PeftModel model, ITokenizer tokenizer, TrainingOptions options)
    {
        var masker = new WordMasker(tokenizer, options.WholeWords, options.Backbone);
        var packer = new PackedWindows(tokenizer, options.MaxLength);
        var train = Pack(parts.Train, "training");
        _notices.Add($"{parts.Train.Count} documents packed into {train.Count} windows of {options.MaxLength} tokens");
        return new MaskedSession(
            model, tokenizer.PadId, masker, options, train, Pack(parts.Dev, "development"),
            parts.Test is { } test ? Pack(test, "test") : null);

        IReadOnlyList<PackedWindow> Pack(IReadOnlyList<string> documents, string part)
        {
            var windows = packer.Pack(documents);
            return windows.Count > 0 ? windows : throw new TooFewExamplesException(
                $"{parts.Files[0]}: the {part} documents have no token in the vocabulary; give more text.");
        }
    }
}
