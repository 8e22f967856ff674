using Peft.Data;

namespace Peft.Training;

/// <summary>A task whose model generates text: data-to-text, or plain text without contexts.</summary>
/// <param name="name">One of <see cref="GenerationTasks.Names"/>.</param>
public sealed class GenerationTask(string name) : IFineTuningTask
{
    private const int SubsetSeed = 42;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public TaskHead Head { get; } = new TaskHead.LanguageModel();

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options)
    {
        TrainingOptionsCheck.RefuseTableOptions(options);
        if (GenerationTasks.IsGenerated(name))
            TaskSource.RefuseData(options);
        else if (options.Data is null)
            throw new TrainingOptionsException("data", $"is missing; task {name} is read from a folder with the task's own files");
        if (options.Score is not null && name == GenerationTasks.Text)
            throw new TrainingOptionsException("score", "is for tasks with contexts; text has none");
        return new Data(
            name,
            Load(GenerationSplit.Train),
            Load(GenerationSplit.Dev),
            options.Score is null ? null : Load(Enum.Parse<GenerationSplit>(options.Score, ignoreCase: true)));

        GenerationSet Load(GenerationSplit split) => GenerationTasks.Load(name, options.Data, split, options.SkipMalformed);
    }

    /// <summary>Generates a text for each context, decoding as the paper's released code does.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options)
    {
        var contexts = texts.Select(text => text.Text).Distinct().Select(context => new GenerationRecord(context, [])).ToList();
        var decoded = new ContextDecoder(model, tokenizer, name).Decode(new GenerationSet("", contexts), options: null, options.BatchSize);
        var written = decoded.Records.Zip(decoded.Texts).ToDictionary(pair => pair.First.Context, pair => pair.Second);
        return [.. texts.Select(text => new Prediction(text.Text, written[text.Text], null, []))];
    }

    private sealed class Data(string task, GenerationSet train, GenerationSet dev, GenerationSet? scored) : ITaskData
    {
        public IReadOnlyList<string> Files => [train.File, dev.File];

        public IReadOnlyList<string> Notices { get; } =
        [
            .. train.Skipped.Concat(dev.Skipped).Concat(scored?.Skipped ?? []).DistinctBy(skipped => skipped.File)
                .Select(skipped => skipped.ToString()),
        ];

        public double? MajorityShare => null;

        public ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options)
        {
            var decoder = ((Models.CausalLanguageModel)model.Backbone).Decoder;
            var encoder = new GenerationEncoder(tokenizer, decoder.Config.EndId, options.MaxLength);
            var contexts = scored is null ? null : new ScoredContexts(new ContextDecoder(model, tokenizer, task), scored);
            return new GenerationSession(
                model, options, Encoded(encoder, train, options.TrainLimit), Encoded(encoder, dev, options.DevLimit), contexts);
        }

        private IReadOnlyList<GenerationExample> Encoded(GenerationEncoder encoder, GenerationSet set, int limit)
        {
            var chosen = set.Choose(limit, SubsetSeed);
            return task == GenerationTasks.Text
                ? encoder.Pack(chosen.Select(example => example.Text))
                : [.. chosen.Select(example => encoder.Encode(example.Context, example.Text))];
        }
    }
}

/// <summary>The contexts to decode and score after training.</summary>
/// <param name="Decoder">Generates the texts.</param>
/// <param name="Set">The contexts and their references.</param>
internal sealed record ScoredContexts(ContextDecoder Decoder, GenerationSet Set);
