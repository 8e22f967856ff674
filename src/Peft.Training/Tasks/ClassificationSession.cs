using System.Security.Cryptography;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// A task with a label, labels or a number for each row, bound to a model: cross-entropy for classes, binary cross-entropy for sets of
/// classes, mean squared error for numbers, and the task's metrics.
/// </summary>
internal sealed class ClassificationSession : ITaskSession
{
    /// <summary>The prefix of the names of test metrics.</summary>
    internal const string TestPrefix = "test_";

    /// <summary>The number of classes up to which published tasks have no table of classes, because their metrics are enough.</summary>
    private const int FewClasses = 3;

    private readonly PeftModel _model;
    private readonly TaskData _data;
    private readonly TrainingOptions _options;
    private readonly EncodedDataset _train, _dev;
    private readonly EncodedDataset? _test;
    private readonly Evaluator _evaluator;
    private readonly ClassificationLoss _loss;
    private readonly TargetScale _scale;
    private IReadOnlyList<double>? _thresholds;
    private float[]? _evaluated; // of the development rows in the last evaluation

    /// <param name="model">The model.</param>
    /// <param name="data">The task and its examples.</param>
    /// <param name="state">What a finished run stored; null before training.</param>
    /// <param name="options">The run's settings.</param>
    /// <param name="train">Training examples.</param>
    /// <param name="dev">Development examples.</param>
    /// <param name="test">Test examples; null for none.</param>
    /// <param name="logits">Computes the logits [rows, outputs] of a batch; null for those of the backbone's classification head.</param>
    public ClassificationSession(
        PeftModel model, TaskData data, TaskState? state, TrainingOptions options, EncodedDataset train, EncodedDataset dev,
        EncodedDataset? test, Func<TensorBatch, Tensor>? logits = null)
    {
        (_model, _data, _options, _train, _dev, _test) = (model, data, options, train, dev, test);
        _evaluator = new Evaluator(model, data.Task, logits);
        _scale = state is not null ? TargetScale.Stored(state)
            : data.Task.IsRegression && data.Columns is not null ? TargetScale.Measure(train.Labels) : TargetScale.None;
        _loss = new ClassificationLoss(data.Task, _scale, options.ClassWeights == ClassificationLoss.Balanced
            ? ClassificationLoss.Weights(train.Labels, data.Task.Labels.Count) : null);
        _thresholds = state?.Thresholds;
    }

    /// <summary>Further development examples, by the prefix of their metrics.</summary>
    public IReadOnlyDictionary<string, EncodedDataset> Further { get; init; } = new Dictionary<string, EncodedDataset>();

    public IReadOnlyList<int> TrainLengths => _train.Lengths;

    public int DevCount => _dev.Count;

    /// <summary>Outputs for each row.</summary>
    public int Outputs => _data.Task.OutputCount;

    /// <summary>Whether the task predicts numbers.</summary>
    public bool IsRegression => _data.Task.IsRegression;

    /// <summary>Whether the task predicts sets of classes.</summary>
    public bool IsMultiLabel => _data.Task.IsMultiLabel;

    /// <summary>The class or number of each development row.</summary>
    public ReadOnlySpan<float> DevLabels => _dev.Labels;

    public string PrimaryMetric => MetricNames.NameOf(_data.Task.PrimaryMetric);

    public bool SelectsEpoch { get; init; } = true;

    /// <summary>How texts are written for the model, as <see cref="TaskState.Template"/>; null for as they are.</summary>
    public string? Template { get; init; }

    public ClassReport? Classes { get; private set; }

    public TaskState? State => _data.Columns is null ? null : new TaskState
    {
        Labels = _data.Task.Labels,
        IsPair = _data.Task.IsPair,
        Columns = _data.Columns,
        Template = Template,
        Thresholds = _thresholds,
        TargetMean = _data.Task.IsRegression ? _scale.Mean : null,
        TargetDeviation = _data.Task.IsRegression ? _scale.Deviation : null,
    };

    public (Tensor Loss, long Tokens) Loss(int[] rows, long itemsOfStep)
    {
        var batch = TensorBatch.Create(_train.Gather(rows), _model.Backbone);
        var loss = MixtureObjective.Loss(
            _model, () => _evaluator.BatchLogits(batch), (first, second, weight) => second is null
                ? _loss.Compute(first, batch.Labels)
                : _loss.Compute(first, batch.Labels) + weight * _loss.Consistency(first, second));
        return (rows.Length == itemsOfStep ? loss : loss * (rows.Length / (double)itemsOfStep), batch.Tokens);
    }

    public EpochResult Evaluate(int epoch, double trainLoss) => Judge(DevOutputs(), epoch, trainLoss);

    /// <summary>Logits or numbers of the development rows, as many for each row as the task has outputs.</summary>
    public float[] DevOutputs() => OutputsOf(_dev);

    /// <summary>Scores outputs of the development rows.</summary>
    public EpochResult Judge(float[] outputs, int epoch, double trainLoss)
    {
        _evaluated = outputs;
        var score = TaskScore.Compute(_data.Task, outputs, _dev.Labels, _dev.Sets, _thresholds);
        Classes = Report(outputs);
        return new EpochResult(epoch, trainLoss, Named(score, ""), score.Primary);
    }

    public IReadOnlyList<WrongPrediction>? WrongPredictions(int most) => _evaluated is null
        ? null : new WrongPredictionFinder(_data.Task, _data.Dev.Examples, _thresholds).Find(_evaluated, most);

    /// <summary>
    /// The predicted and the actual class, or number, of each development row in the last <see cref="Evaluate"/>; null before the first,
    /// and for rows with several labels.
    /// </summary>
    public (float[] Predicted, float[] Actual)? Rows => _evaluated is null || _data.Task.IsMultiLabel ? null
        : (_data.Task.IsRegression ? _evaluated : Array.ConvertAll(TaskScore.Predicted(_data.Task, _evaluated), label => (float)label),
            _dev.Labels.ToArray());

    /// <summary>Tunes the thresholds of several labels on the development rows.</summary>
    public void Finish()
    {
        if (_data.Task.IsMultiLabel)
            _thresholds = MultiLabelMetrics.Tune(OutputsOf(_dev), _dev.Sets!, _data.Task.OutputCount);
    }

    public IReadOnlyDictionary<string, double> EvaluateFurther() => ScoresOf(Further);

    /// <summary>Scores the test rows and further development rows.</summary>
    public IReadOnlyDictionary<string, double> Score(ITrainingObserver observer, CancellationToken cancellation) =>
        ScoresOf(_test is null ? Further : Further.Append(new(TestPrefix, _test)));

    public void AppendTrain(IncrementalHash hash) => _train.AppendTo(hash);

    public void AppendDev(IncrementalHash hash) => _dev.AppendTo(hash);

    private Dictionary<string, double> ScoresOf(IEnumerable<KeyValuePair<string, EncodedDataset>> parts) => parts.SelectMany(part => Named(
        TaskScore.Compute(_data.Task, OutputsOf(part.Value), part.Value.Labels, part.Value.Sets, _thresholds), part.Key)).ToDictionary();

    private float[] OutputsOf(EncodedDataset data)
    {
        var outputs = _evaluator.Logits(data, _options.BatchSize);
        _scale.Restore(outputs);
        return outputs;
    }

    private ClassReport? Report(float[] outputs)
    {
        var task = _data.Task;
        if (task.IsRegression || (_data.Columns is null && task.Labels.Count <= FewClasses))
            return null;
        return task.IsMultiLabel
            ? ClassReport.Create(task.Labels, MultiLabelMetrics.Decide(outputs, task.OutputCount, _thresholds), _dev.Sets!)
            : ClassReport.Create(task.Labels, TaskScore.Predicted(task, outputs), Array.ConvertAll(_dev.Labels.ToArray(), label =>
                (int)label));
    }

    private static Dictionary<string, double> Named(TaskScore score, string prefix) =>
        score.Values.ToDictionary(pair => prefix + MetricNames.NameOf(pair.Key), pair => pair.Value);
}
