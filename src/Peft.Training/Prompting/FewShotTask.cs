using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Classification of the files that <see cref="PromptTask"/> reads, by a new head and without a template: the head-based fine-tuning that
/// prompts are compared with (Gao et al. 2021). The prompt only names the labels.
/// </summary>
public sealed class FewShotTask : IFineTuningTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "few-shot";

    /// <inheritdoc/>
    public string Name => TaskName;

    /// <inheritdoc/>
    public TaskHead Head => new TaskHead.Classifier(1);

    /// <summary>Reads the examples, whose labels are those of the prompt.</summary>
    /// <inheritdoc/>
    public IFineTuningTask Bind(TrainingOptions options)
    {
        var prompt = ClozePrompt.Find(options, TaskName);
        var examples = new PromptExamples(prompt, options, state: null);
        var data = Read(examples);
        return new ClassificationTask(data.Task, _ => data)
        {
            SelectsEpoch = !examples.AreTest, Template = StoredPrompt.Write(prompt, []),
        };
    }

    /// <inheritdoc/>
    public IFineTuningTask Restore(TaskState state, TrainingOptions options)
    {
        var (prompt, _) = StoredPrompt.Parse(state.Template ?? throw new PromptException("the run's result holds no prompt."));
        return new ClassificationTask(
            Renamed(TableLoader.Definition(TableKind.Classification, state)), given => Read(new PromptExamples(prompt, given, state)))
        {
            State = state,
        };
    }

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options) => Bind(options).Read(options);

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options) =>
        throw new InvalidOperationException($"the task {Name} has no labels yet; predict with the task that Bind or Restore returns.");

    private static TaskData Read(PromptExamples examples)
    {
        var data = examples.Load();
        return data with { Task = Renamed(data.Task) };
    }

    private static TaskDefinition Renamed(TaskDefinition task) => task with { Name = TaskName, DisplayName = TaskName };
}
