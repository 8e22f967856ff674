using Peft.Data;

namespace Peft.Training;

/// <summary>A task on a user's own table. Its labels are those of the data: the task to train is made by <see cref="Bind"/>.</summary>
/// <param name="kind">What the labels are.</param>
internal sealed class TableTask(TableKind kind) : IFineTuningTask
{
    /// <inheritdoc/>
    public string Name => NameOf(kind);

    /// <inheritdoc/>
    public TaskHead Head => new TaskHead.Classifier(1);

    /// <summary>A task's name on the command line.</summary>
    public static string NameOf(TableKind kind) => kind switch
    {
        TableKind.Classification => "classification",
        TableKind.MultiLabel => "multi-label",
        _ => "regression",
    };

    /// <inheritdoc/>
    public IFineTuningTask Bind(TrainingOptions options)
    {
        var data = new TableLoader(kind, options with { Task = Name }).Load();
        return new ClassificationTask(data.Task, _ => data);
    }

    /// <inheritdoc/>
    public IFineTuningTask Restore(TaskState state, TrainingOptions options) =>
        new ClassificationTask(TableLoader.Definition(kind, state), given => new TableLoader(kind, given, state).Load()) { State = state };

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options) => Bind(options).Read(options);

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options) =>
        throw new InvalidOperationException($"the task {Name} has no labels yet; predict with the task that Bind or Restore returns.");
}
