using Microsoft.Extensions.Logging;
using Peft.Backbones;
using Peft.Tasks;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Trains a classifier: <see cref="TrainingLoop"/> with a task's batches, loss and metrics.</summary>
/// <param name="model">What is trained; its backbone is a <see cref="SequenceClassifier"/> or a <see cref="DecoderClassifier"/>.</param>
/// <param name="task">The task: loss and metrics.</param>
/// <param name="options">The run's settings.</param>
/// <param name="observer">Told how the run goes.</param>
/// <param name="meters">Counts steps and tokens.</param>
/// <param name="logger">Gets a line for each epoch.</param>
public sealed partial class Trainer(
    PeftModel model, TaskDefinition task, TrainingOptions options,
    ITrainingObserver observer, TrainingMeters meters, ILogger<Trainer> logger)
{
    private readonly TrainingLoop _loop = new(model, options, observer, meters);
    private readonly TaskObjective _objective = new(task);
    private readonly Evaluator _evaluator = new(model, task);

    /// <summary>Trains, evaluating after each epoch.</summary>
    /// <param name="train">Training data.</param>
    /// <param name="dev">Development data.</param>
    /// <param name="cancellation">Stops the run after the step in progress; the weights are then those of that step.</param>
    /// <returns>What happened. The model holds the selected weights.</returns>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite.</exception>
    public TrainingOutcome Train(EncodedDataset train, EncodedDataset dev, CancellationToken cancellation) => _loop.Run(
        train.Lengths,
        new RunExamples(train.AppendTo, dev.AppendTo),
        rows => Loss(train, rows),
        (epoch, loss) =>
        {
            var result = _evaluator.Evaluate(dev, options.BatchSize, epoch, loss);
            LogEpoch(epoch, result.TrainLoss, result.Primary);
            return result;
        },
        cancellation);

    private (Tensor Loss, long Tokens) Loss(EncodedDataset train, int[] rows)
    {
        var batch = TensorBatch.Of(train.Gather(rows), model.Backbone);
        var (loss, _) = MixtureObjective.Loss(model, () => ClassifierBackbone.Logits(model.Backbone, batch), logits => _objective.Loss(logits, batch.Labels));
        return (loss, batch.Tokens);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "epoch {Epoch}: train loss {Loss:F4}, development metric {Metric:F4}")]
    private partial void LogEpoch(int epoch, double loss, double metric);
}
