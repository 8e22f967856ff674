using System.Security.Cryptography;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// A task that a run fine-tunes on: how its examples are read and encoded, the loss of a batch and how the model is scored. One class and
/// one registration (<see cref="PeftBuilder.AddTask{TTask}"/>, or a plugin's assembly) make a new task of every command.
/// </summary>
/// <remarks>
/// <see cref="FineTuner"/> asks for the parts in this order: <see cref="Read"/> before the backbone is loaded, so that wrong data fail at
/// once; then a backbone with <see cref="Head"/> is loaded and the method attached; then <see cref="ITaskData.Encode"/>. A task may throw
/// <see cref="TaskException"/> and
/// <see cref="TrainingOptionsException"/>, whose messages reach the user as they are.
/// </remarks>
public interface IFineTuningTask
{
    /// <summary>The name in <c>--task</c>, lower case.</summary>
    string Name { get; }

    /// <summary>What the backbone's head looks like.</summary>
    TaskHead Head { get; }

    /// <summary>Reads the examples.</summary>
    /// <param name="options">The run's settings: data folder, limits.</param>
    /// <returns>The examples.</returns>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    /// <exception cref="TrainingOptionsException">A setting is not allowed for this task.</exception>
    ITaskData Read(TrainingOptions options);

    /// <summary>Answers to texts.</summary>
    /// <param name="model">A trained model, in evaluation mode.</param>
    /// <param name="tokenizer">The backbone's tokenizer.</param>
    /// <param name="texts">Texts, or pairs of texts.</param>
    /// <param name="options">The run's settings: longest sequence, batch size.</param>
    /// <returns>An answer to each, in their order.</returns>
    IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options);
}

/// <summary>A task's examples, read and not yet encoded.</summary>
public interface ITaskData
{
    /// <summary>The files that they came from.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>
    /// Share of the largest class among the development examples: the accuracy of the majority baseline. Null where there are no classes.
    /// </summary>
    double? MajorityShare { get; }

    /// <summary>Encodes the examples.</summary>
    /// <param name="model">The model that is trained, on its device.</param>
    /// <param name="tokenizer">The backbone's tokenizer.</param>
    /// <param name="options">The run's settings.</param>
    /// <returns>What the loop trains on.</returns>
    ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options);
}

/// <summary>A task bound to a model: what <see cref="TrainingLoop"/> and the evaluation after it need.</summary>
public interface ITaskSession
{
    /// <summary>Tokens of each training example, by which batches of similar length are made.</summary>
    IReadOnlyList<int> TrainLengths { get; }

    /// <summary>The number of development examples.</summary>
    int DevCount { get; }

    /// <summary>The name of the metric that selects the epoch; higher is better.</summary>
    string PrimaryMetric { get; }

    /// <summary>The loss of some training examples. It is called within a dispose scope of its own.</summary>
    /// <param name="rows">The examples, by number.</param>
    /// <returns>A scalar in the graph, and how many real tokens it is of.</returns>
    (Tensor Loss, long Tokens) Loss(int[] rows);

    /// <summary>Metrics on the development examples, in evaluation mode.</summary>
    /// <param name="epoch">The epoch, for the result.</param>
    /// <param name="trainLoss">The epoch's mean loss, for the result.</param>
    /// <returns>The metrics, <see cref="PrimaryMetric"/> among them.</returns>
    EpochResult Evaluate(int epoch, double trainLoss);

    /// <summary>Adds everything in the training examples to a hash, by which a resumed run recognises them.</summary>
    /// <param name="hash">The hash.</param>
    void AppendTrain(IncrementalHash hash);

    /// <summary>Adds everything in the development examples, on which the selected epoch depends.</summary>
    /// <param name="hash">The hash.</param>
    void AppendDev(IncrementalHash hash);

    /// <summary>Further metrics of the finished model, such as those of generated texts. By default there are none.</summary>
    /// <param name="observer">Receives progress.</param>
    /// <param name="cancellation">Stops the scoring.</param>
    /// <returns>Metrics by name.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    IReadOnlyDictionary<string, double> Score(ITrainingObserver observer, CancellationToken cancellation) =>
        new Dictionary<string, double>();
}
