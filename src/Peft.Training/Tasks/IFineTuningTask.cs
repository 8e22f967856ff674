using System.Security.Cryptography;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// A fine-tuning task: reads and encodes examples, computes the loss of a batch and scores the model. Implement this interface and register
/// the class (<see cref="PeftBuilder.AddTask{TTask}"/>, or a plugin's assembly) to make a new task available to every command.
/// </summary>
/// <remarks>
/// <see cref="FineTuner"/> calls <see cref="Read"/> before it loads the backbone, so that wrong data fail early. It then loads a backbone
/// with <see cref="Head"/>, attaches the method and calls <see cref="ITaskData.Encode"/>. A task may throw <see cref="TaskException"/> and
/// <see cref="TrainingOptionsException"/>, whose messages are shown to the user unchanged.
/// </remarks>
public interface IFineTuningTask
{
    /// <summary>The name in <c>--task</c>, lower case.</summary>
    string Name { get; }

    /// <summary>The kind of head that the task needs on the backbone.</summary>
    TaskHead Head { get; }

    /// <summary>
    /// Reads what <see cref="Head"/> depends on, such as the labels of a user's own file. Called before every other member. The default is
    /// this task, for tasks that know their labels.
    /// </summary>
    /// <param name="options">The run's settings.</param>
    /// <returns>The task to train.</returns>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    /// <exception cref="TrainingOptionsException">A setting is not allowed for this task.</exception>
    IFineTuningTask Bind(TrainingOptions options) => this;

    /// <summary>Restores the task of a finished run, for predictions. The default is this task.</summary>
    /// <param name="state">What the run stored of its data.</param>
    /// <param name="options">The run's settings.</param>
    /// <returns>The task.</returns>
    IFineTuningTask Restore(TaskState state, TrainingOptions options) => this;

    /// <summary>Reads the examples.</summary>
    /// <param name="options">The run's settings, such as data folder and limits.</param>
    /// <returns>The examples.</returns>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    /// <exception cref="TrainingOptionsException">A setting is not allowed for this task.</exception>
    ITaskData Read(TrainingOptions options);

    /// <summary>Predicts answers to texts.</summary>
    /// <param name="model">A trained model, in evaluation mode.</param>
    /// <param name="tokenizer">The backbone's tokenizer.</param>
    /// <param name="texts">Texts, or pairs of texts.</param>
    /// <param name="options">The run's settings, such as longest sequence and batch size.</param>
    /// <returns>An answer to each text, in the same order.</returns>
    IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options);
}

/// <summary>A task's examples before encoding.</summary>
public interface ITaskData
{
    /// <summary>The files that the examples were read from.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>
    /// Share of the largest class among the development examples: the accuracy of the majority baseline. Null for tasks without classes.
    /// </summary>
    double? MajorityShare { get; }

    /// <summary>
    /// Notices about the data, such as rows that were skipped. Each is shown, logged and stored in the run's result. The default is none.
    /// </summary>
    IReadOnlyList<string> Notices => [];

    /// <summary>
    /// The number of tokens of each training example without a limit, for <c>--max-length auto</c> and to report how many are cut; null if
    /// the task does not measure them, which is the default.
    /// </summary>
    /// <param name="tokenizer">The backbone's tokenizer.</param>
    IReadOnlyList<int>? MeasureLengths(ITokenizer tokenizer) => null;

    /// <summary>
    /// Whether <see cref="Encode"/> adds notices about texts that are too long to <see cref="Notices"/>. By default it does not, and they
    /// are counted by <see cref="MeasureLengths"/>.
    /// </summary>
    bool ReportsCuts => false;

    /// <summary>Encodes the examples.</summary>
    /// <param name="model">The model to train, on its device.</param>
    /// <param name="tokenizer">The backbone's tokenizer.</param>
    /// <param name="options">The run's settings.</param>
    /// <returns>The task bound to the model, for the training loop.</returns>
    ITaskSession Encode(PeftModel model, ITokenizer tokenizer, TrainingOptions options);
}

/// <summary>A task bound to a model, as <see cref="TrainingLoop"/> and the evaluation use it.</summary>
public interface ITaskSession
{
    /// <summary>The number of tokens of each training example, used to batch examples of similar length.</summary>
    IReadOnlyList<int> TrainLengths { get; }

    /// <summary>The number of development examples.</summary>
    int DevCount { get; }

    /// <summary>The name of the metric that selects the epoch; higher is better.</summary>
    string PrimaryMetric { get; }

    /// <summary>
    /// Whether <see cref="PrimaryMetric"/> selects the epoch whose weights are kept, which is the default. It must be false if the
    /// evaluated rows are a benchmark's test rows: the last epoch's weights are then kept, as by <see cref="TrainingOptions.KeepLast"/>.
    /// </summary>
    bool SelectsEpoch => true;

    /// <summary>
    /// Called before the steps of an epoch, also when a run resumes in the middle of it. A task whose examples differ between epochs, such
    /// as masked words, creates them here from the run's seed and the epoch. The default does nothing.
    /// </summary>
    /// <param name="epoch">The epoch, from 1.</param>
    void BeginEpoch(int epoch)
    {
    }

    /// <summary>The number of items over which the loss is averaged: examples, or completion tokens for a language model.</summary>
    /// <param name="rows">The indices of training examples.</param>
    /// <returns>The items of these examples. The default is one for each example.</returns>
    long CountItems(int[] rows) => rows.Length;

    /// <summary>
    /// Computes the part of an optimiser step's loss that some training examples contribute: the sum over their items, divided by the items
    /// of the whole step. With accumulated gradients, the parts add up to the loss of one large batch. The caller provides a dispose scope.
    /// </summary>
    /// <param name="rows">The indices of the examples.</param>
    /// <param name="itemsOfStep"><see cref="CountItems"/> of all examples of the optimiser step.</param>
    /// <returns>A scalar in the autograd graph, and the number of real tokens that it covers.</returns>
    (Tensor Loss, long Tokens) Loss(int[] rows, long itemsOfStep);

    /// <summary>Computes metrics on the development examples, in evaluation mode.</summary>
    /// <param name="epoch">The epoch, for the result.</param>
    /// <param name="trainLoss">The epoch's mean loss, for the result.</param>
    /// <returns>The metrics, including <see cref="PrimaryMetric"/>.</returns>
    EpochResult Evaluate(int epoch, double trainLoss);

    /// <summary>
    /// Computes the metrics of further development examples, once after training and in evaluations; they select no epoch. The default has
    /// none.
    /// </summary>
    /// <returns>Metrics by names of their own, as <c>mismatched_accuracy</c> of MNLI's mismatched part.</returns>
    IReadOnlyDictionary<string, double> EvaluateFurther() => new Dictionary<string, double>();

    /// <summary>Called once after training, when the model has the selected weights, before they are evaluated. The default does
    /// nothing.</summary>
    void Finish()
    {
    }

    /// <summary>How the model judged each class in the last <see cref="Evaluate"/>; null for none, which is the default.</summary>
    ClassReport? Classes => null;

    /// <summary>
    /// The wrong predictions of the last <see cref="Evaluate"/>, the most confident first, or those of the largest differences; null for
    /// tasks whose predictions are not right or wrong row by row, which is the default.
    /// </summary>
    /// <param name="most">How many are listed.</param>
    IReadOnlyList<WrongPrediction>? WrongPredictions(int most) => null;

    /// <summary>What predictions need beside the weights, read after training; null for nothing, which is the default.</summary>
    TaskState? State => null;

    /// <summary>Adds the training examples to a hash, which detects changed data when a run resumes.</summary>
    /// <param name="hash">The hash.</param>
    void AppendTrain(IncrementalHash hash);

    /// <summary>Adds the development examples to a hash, because the selected epoch depends on them.</summary>
    /// <param name="hash">The hash.</param>
    void AppendDev(IncrementalHash hash);

    /// <summary>Computes further metrics of the finished model, such as those of generated texts. The default is none.</summary>
    /// <param name="observer">Receives progress.</param>
    /// <param name="cancellation">Stops the scoring.</param>
    /// <returns>Metrics by name.</returns>
    /// <exception cref="OperationCanceledException">Scoring was cancelled.</exception>
    IReadOnlyDictionary<string, double> Score(ITrainingObserver observer, CancellationToken cancellation) =>
        new Dictionary<string, double>();
}
