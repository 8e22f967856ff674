using Peft.Data;

namespace Peft.Training;

/// <summary>Classification of texts or pairs of texts, or regression, from any source of examples.</summary>
/// <param name="definition">Classes and metrics.</param>
/// <param name="read">Reads the examples.</param>
public sealed class ClassificationTask(TaskDefinition definition, Func<TrainingOptions, TaskData> read) : IFineTuningTask
{
    /// <inheritdoc/>
    public string Name => definition.Name;

    /// <summary>A task of examples in memory. The labels are any texts.</summary>
    /// <param name="name">The task's name, for results.</param>
    /// <param name="examples">Texts with their labels.</param>
    /// <param name="dev">Development examples; null holds out every fifth example of each label.</param>
    /// <returns>The task, for <see cref="FineTuner.Train"/>.</returns>
    /// <exception cref="ExamplesException">There are fewer than two labels or too few examples, or a label or text is empty.</exception>
    public static ClassificationTask FromExamples(
        string name, IEnumerable<(string Text, string Label)> examples, IEnumerable<(string Text, string Label)>? dev = null) =>
        ListedExamples.Task(
            name, examples.Select(one => (one.Text, (string?)null, one.Label)), dev?.Select(one => (one.Text, (string?)null, one.Label)));

    /// <summary>A task of pairs of texts in memory. The labels are any texts.</summary>
    /// <param name="name">The task's name, for results.</param>
    /// <param name="examples">Pairs of texts with their labels.</param>
    /// <param name="dev">Development examples; null holds out every fifth example of each label.</param>
    /// <returns>The task, for <see cref="FineTuner.Train"/>.</returns>
    /// <exception cref="ExamplesException">There are fewer than two labels or too few examples, or a label or text is empty.</exception>
    public static ClassificationTask FromExamples(
        string name, IEnumerable<(string Text, string Pair, string Label)> examples,
        IEnumerable<(string Text, string Pair, string Label)>? dev = null) =>
        ListedExamples.Task(
            name, examples.Select(one => (one.Text, (string?)one.Pair, one.Label)), dev?.Select(one => (
                one.Text, (string?)one.Pair, one.Label)));

    /// <summary>Classes and metrics.</summary>
    public TaskDefinition Definition => definition;

    /// <summary>What a finished run stored of its data; null before training, and for published tasks.</summary>
    internal TaskState? State { get; init; }

    /// <summary>Whether an example has two texts; null if a saved run does not record it.</summary>
    internal bool? HasPairs { get; init; } = definition.IsPair;

    /// <summary>Whether the development rows select the epoch; a benchmark's test rows must not.</summary>
    internal bool SelectsEpoch { get; init; } = true;

    /// <summary>What a run stores as its <see cref="TaskState.Template"/>; null for nothing.</summary>
    internal string? Template { get; init; }

    /// <inheritdoc/>
    public TaskHead Head => new TaskHead.Classifier(definition.OutputCount) { Labels = definition.Labels };

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options)
    {
        TrainingOptionsCheck.RefuseDecoderOptions(options);
        var data = read(options);
        return new Data(data with { Task = SelectedMetric.Apply(data.Task, options.Metric) }, this);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options)
    {
        var examples = texts.Select(text => new Example(text.Text, text.Pair, 0)).ToList();
        var logits = new Evaluator(model, definition).Logits(
            new EncodedDataset(definition, examples, tokenizer, options.MaxLength), options.BatchSize);
        return Describe(texts, logits);
    }

    /// <summary>Converts logits to answers.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="logits">The head's outputs, row by row; standardised targets are restored in place.</param>
    internal IReadOnlyList<Prediction> Describe(IReadOnlyList<(string Text, string? Pair)> texts, float[] logits)
    {
        TargetScale.Stored(State).Restore(logits);
        var answers = new ClassAnswers(definition, State?.Thresholds);
        return [.. logits.Chunk(definition.OutputCount).Zip(texts, (row, text) => answers.Describe(text.Text, row))];
    }

    private sealed class Data(TaskData data, ClassificationTask task) : ITaskData
    {
        public IReadOnlyList<string> Files => data.Files;

        public IReadOnlyList<string> Notices => data.Notices;

        public double? MajorityShare => data.MajorityShare;

        public IReadOnlyList<int> MeasureLengths(ITokenizer tokenizer) =>
            [.. data.Train.Examples.Select(example => tokenizer.Encode(example.Text, example.Pair).Length)];

        public ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options)
        {
            EncodedDataset Encoded(TaskSplit split) => new(data.Task, split.Examples, tokenizer, options.MaxLength);
            return new ClassificationSession(
                model, data, task.State, options, Encoded(data.Train), Encoded(data.Dev), data.Test is null ? null : Encoded(data.Test))
            {
                Further = data.Further.ToDictionary(pair => pair.Key, pair => Encoded(pair.Value)),
                SelectsEpoch = task.SelectsEpoch,
                Template = task.Template,
            };
        }
    }
}
