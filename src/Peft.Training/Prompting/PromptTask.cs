using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>
/// Classification by a prompt, for few examples: a text is written into a template with a mask, and the score of a label is the masked-word
/// logit of its word (Gao et al. 2021). There is no new head, and the loss is the cross-entropy over the words of the labels.
/// </summary>
public sealed class PromptTask : IFineTuningTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "prompt";

    private readonly ClozePrompt? _prompt;
    private readonly IReadOnlyList<Demonstration> _shown = [];
    private readonly TaskState? _state;
    private readonly PromptData? _data;

    /// <summary>Creates the task, whose prompt and labels are read by <see cref="Bind"/>.</summary>
    public PromptTask()
    {
    }

    private PromptTask(ClozePrompt prompt, IReadOnlyList<Demonstration> shown, TaskState? state, PromptData? data) =>
        (_prompt, _shown, _state, _data) = (prompt, shown, state, data);

    /// <inheritdoc/>
    public string Name => TaskName;

    /// <inheritdoc/>
    public TaskHead Head { get; } = new TaskHead.MaskedWords();

    /// <summary>Whether an example has two texts; null before the prompt is known.</summary>
    internal bool? HasPairs => _prompt?.Template.HasPair;

    /// <summary>Reads the prompt and the examples, and samples the demonstrations.</summary>
    /// <inheritdoc/>
    public IFineTuningTask Bind(TrainingOptions options)
    {
        var prompt = ClozePrompt.Find(options, TaskName);
        var examples = new PromptExamples(prompt, options, state: null);
        var data = examples.Load();
        var shown = new Demonstrations(data.Train.Examples, prompt.Labels.Count, options.Demonstrations, options.Seed).Common();
        return new PromptTask(prompt, shown, state: null, new PromptData(data, prompt, shown, examples.AreTest, options.Metric));
    }

    /// <inheritdoc/>
    public IFineTuningTask Restore(TaskState state, TrainingOptions options)
    {
        var (prompt, shown) = StoredPrompt.Parse(state.Template ?? throw new PromptException("the run's result holds no prompt."));
        return new PromptTask(prompt, shown, state, data: null);
    }

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options)
    {
        if (_prompt is null)
            return Bind(options).Read(options);
        return _data ?? new PromptData(
            new PromptExamples(_prompt, options, _state).Load(), _prompt, _shown, areTest: false, options.Metric);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options)
    {
        if (_prompt is not { } prompt)
            throw new InvalidOperationException($"the task {Name} has no prompt yet; predict with the task that Bind or Restore returns.");
        var task = new TaskDefinition(
            TaskName, TaskName, prompt.Labels, prompt.Template.HasPair, MetricKind.Accuracy, [MetricKind.Accuracy]);
        var encoder = new ClozeEncoder(prompt, tokenizer, options.Backbone);
        var rows = new EncodedDataset(
            task, [.. texts.Select(text => new Example(text.Text, text.Pair, 0))],
            [.. texts.Select(text => encoder.Encode(text.Text, text.Pair, _shown, options.MaxLength))], tokenizer.PadId, options.MaxLength);
        var words = Verbaliser.Tokens(prompt, tokenizer, options.Backbone);
        var logits = new Evaluator(model, task, new ClozeLogits((IMaskedWordBackbone)model.Backbone, words).Compute)
            .Logits(rows, options.BatchSize);
        var answers = new ClassAnswers(task, thresholds: null);
        return [.. logits.Chunk(prompt.Labels.Count).Zip(texts, (row, text) => answers.Describe(text.Text, row))];
    }
}
