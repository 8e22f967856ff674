using System.Globalization;
using System.Security.Cryptography;
using Peft.Data;
using static TorchSharp.torch;

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

    /// <summary>Whether an example has two texts; null where a saved run does not say.</summary>
    internal bool? HasPairs { get; init; } = definition.IsPair;

    /// <inheritdoc/>
    public TaskHead Head => new TaskHead.Classifier(definition.OutputCount) { Labels = definition.Labels };

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options)
    {
        TrainingOptionsCheck.RefuseDecoderOptions(options);
        return new Data(read(options));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options)
    {
        var examples = texts.Select(text => new Example(text.Text, text.Pair, 0)).ToList();
        var logits = new Evaluator(model, definition).Logits(
            new EncodedDataset(definition, examples, tokenizer, options.MaxLength), options.BatchSize);
        return [.. logits.Chunk(definition.OutputCount).Zip(texts, (row, text) => Answer(text.Text, row))];
    }

    private Prediction Answer(string text, float[] logits)
    {
        if (definition.IsRegression)
            return new Prediction(text, logits[0].ToString("F3", CultureInfo.InvariantCulture), null, []);
        var highest = logits.Max();
        var sum = logits.Sum(logit => Math.Exp(logit - highest));
        var classes = logits.Select((logit, index) => new ClassProbability(definition.Labels[index], Math.Exp(logit - highest) / sum))
            .OrderByDescending(candidate => candidate.Probability).ToList();
        return new Prediction(text, classes[0].Label, classes[0].Probability, classes);
    }

    private sealed class Data(TaskData data) : ITaskData
    {
        public IReadOnlyList<string> Files => [data.Train.File, data.Dev.File];

        public IReadOnlyList<string> Notices => data.Notices;

        public double? MajorityShare => data.Task.IsRegression
            ? null
            : data.Dev.Examples.GroupBy(example => example.Label).Max(group => group.Count()) / (double)data.Dev.Examples.Count;

        public ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options) => new ClassificationSession(
            model, data.Task, options,
            new EncodedDataset(data.Task, data.Train.Examples, tokenizer, options.MaxLength),
            new EncodedDataset(data.Task, data.Dev.Examples, tokenizer, options.MaxLength));
    }
}

/// <summary>
/// A classification task bound to a model: cross-entropy for classes, mean squared error for scores, and the task's metrics.
/// </summary>
internal sealed class ClassificationSession(
    PeftModel model, TaskDefinition task, TrainingOptions options, EncodedDataset train, EncodedDataset dev)
    : ITaskSession
{
    private readonly Evaluator _evaluator = new(model, task);

    public IReadOnlyList<int> TrainLengths => train.Lengths;

    public int DevCount => dev.Count;

    public string PrimaryMetric => Evaluator.NameOf(task.PrimaryMetric);

    public (Tensor Loss, long Tokens) Loss(int[] rows, long itemsOfStep)
    {
        var batch = TensorBatch.Create(train.Gather(rows), model.Backbone);
        var (loss, _) = MixtureObjective.Loss(
            model, () => BackboneModel.Logits(model.Backbone, batch), logits => TaskLoss(logits, batch.Labels));
        return (rows.Length == itemsOfStep ? loss : loss * (rows.Length / (double)itemsOfStep), batch.Tokens);
    }

    public EpochResult Evaluate(int epoch, double trainLoss) => _evaluator.Evaluate(dev, options.BatchSize, epoch, trainLoss);

    public void AppendTrain(IncrementalHash hash) => train.AppendTo(hash);

    public void AppendDev(IncrementalHash hash) => dev.AppendTo(hash);

    /// <summary>Computes a scalar loss from logits [rows, classes] or [rows, 1] and labels [rows].</summary>
    private Tensor TaskLoss(Tensor logits, Tensor labels) => task.IsRegression
        ? nn.functional.mse_loss(logits.squeeze(-1), labels.to_type(logits.dtype))
        : nn.functional.cross_entropy(logits, labels);
}
