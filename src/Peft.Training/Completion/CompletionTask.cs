using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>
/// Completion of prompts by a decoder, on a user's own prompts and completions or conversations. The loss counts completions only.
/// </summary>
public sealed class CompletionTask : IFineTuningTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "completion";

    private readonly PromptTemplate? _template;

    /// <summary>Creates the task.</summary>
    public CompletionTask()
        : this(null)
    {
    }

    private CompletionTask(PromptTemplate? template) => _template = template;

    /// <inheritdoc/>
    public string Name => TaskName;

    /// <summary>How messages are written.</summary>
    internal PromptTemplate Template => _template ?? PromptTemplate.Plain;

    /// <inheritdoc/>
    public TaskHead Head { get; } = new TaskHead.LanguageModel();

    /// <inheritdoc/>
    public IFineTuningTask Restore(TaskState state, TrainingOptions options) =>
        new CompletionTask(state.Template is { } template ? PromptTemplate.Parse(template) : null);

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options)
    {
        options = options with { Task = TaskName };
        OwnOptions.Check(options, isGenerated: true);
        OwnOptions.CheckMetric(options, [GenerationSession.Likelihood]);
        var template = _template ?? NamedTemplate(options);
        var hasMessages = false;
        var parts = OwnParts<CompletionExample>.Read(
            FindFiles(options), options, "example", file =>
            {
                using var table = OwnTables.Open(file, options.SkipMalformed);
                var read = CompletionTable.Read(table, options);
                hasMessages |= read.HasMessages;
                return (read.Examples, OwnTables.Notices(read.Skipped));
            });
        if (options.Score == "test" && parts.Test is null)
            throw new TrainingOptionsException("score", "test needs a file of test examples; give --test");
        return new CompletionData(parts, template ?? DefaultTemplate(hasMessages), options.Score);
    }

    /// <summary>The files of examples that the settings name.</summary>
    internal static OwnPaths FindFiles(TrainingOptions options) =>
        OwnPaths.Find(options, OwnTables.Endings, "prompts and completions, or messages");

    /// <summary>The template that the settings name; null if they name none.</summary>
    internal static PromptTemplate? NamedTemplate(TrainingOptions options) =>
        options.Template is { } named ? PromptTemplate.Find(named) : null;

    /// <summary>The template that is used if the settings name none.</summary>
    internal static PromptTemplate DefaultTemplate(bool hasMessages) => hasMessages ? PromptTemplate.ChatMl : PromptTemplate.Plain;

    /// <summary>Completes each text as a prompt.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options)
    {
        var contexts = texts.Select(text => text.Text).Distinct().ToDictionary(
            text => text, text => (IReadOnlyList<PromptTurn>)[new PromptTurn(PromptTurn.User, text)]);
        var decoder = CompletionContexts.Decoder(model, tokenizer, Template, contexts);
        var decoded = decoder.Decode(
            new GenerationSet("", [.. contexts.Keys.Select(text => new GenerationRecord(text, []))]), options: null, options.BatchSize);
        var written = decoded.Records.Zip(decoded.Texts).ToDictionary(pair => pair.First.Context, pair => pair.Second);
        return [.. texts.Select(text => new Prediction(text.Text, written[text.Text], null, []))];
    }
}

/// <summary>The examples of a run on completions.</summary>
/// <param name="parts">The examples.</param>
/// <param name="template">How messages are written.</param>
/// <param name="scored">The part whose completions are generated and scored after training; null for none.</param>
internal sealed class CompletionData(OwnParts<CompletionExample> parts, PromptTemplate template, string? scored) : ITaskData
{
    private readonly List<string> _notices = [.. parts.Notices];

    public IReadOnlyList<string> Files => parts.Files;

    public IReadOnlyList<string> Notices => _notices;

    public bool ReportsCuts => true;

    public double? MajorityShare => null;

    public IReadOnlyList<int>? MeasureLengths(ITokenizer tokenizer)
    {
        var encoder = new CompletionEncoder(tokenizer, template, endId: 0, int.MaxValue);
        return [.. parts.Train.Select(example => encoder.Encode(example).Ids.Length)];
    }

    public ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options)
    {
        var decoder = ((CausalLanguageModel)model.Backbone).Decoder;
        var contexts = scored is null
            ? null : CompletionContexts.Scored(model, tokenizer, template, scored == "test" ? parts.Test! : parts.Dev);
        return new GenerationSession(model, options, Encoded(parts.Train, "training"), Encoded(parts.Dev, "development"), contexts)
        {
            State = new TaskState { Template = template.ToJson() },
            Test = parts.Test is { } test ? Encoded(test, "test") : null,
            HasPerplexity = true,
        };

        GenerationExample[] Encoded(IReadOnlyList<CompletionExample> examples, string part)
        {
            var encoder = new CompletionEncoder(tokenizer, template, decoder.Config.EndId, options.MaxLength);
            GenerationExample[] encoded = [.. examples.Select(encoder.Encode)];
            _notices.AddRange(encoder.Notices(part));
            return encoded;
        }
    }
}
