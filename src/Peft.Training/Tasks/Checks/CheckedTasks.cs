using Peft.Data;

namespace Peft.Training;

/// <summary>The tasks on a user's own files that <c>peft data check</c> supports.</summary>
internal static class CheckedTasks
{
    private static readonly Dictionary<string, Func<TrainingOptions, ITokenizer, ICheckedTask>> s_tasks = new()
    {
        [TableTask.NameOf(TableKind.Classification)] = Table(TableKind.Classification),
        [PromptTask.TaskName] = (options, tokenizer) => new CheckedPrompt(options, tokenizer),
        [TableTask.NameOf(TableKind.MultiLabel)] = Table(TableKind.MultiLabel),
        [TableTask.NameOf(TableKind.Regression)] = Table(TableKind.Regression),
        [TokenTask.TaskName] = (options, tokenizer) => new CheckedTags(options, tokenizer),
        [CompletionTask.TaskName] = (options, tokenizer) => new CheckedCompletions(options, tokenizer),
        [PretrainingTask.TaskName] = (options, tokenizer) => new CheckedDocuments(options, tokenizer),
    };

    /// <summary>The tasks whose files can be checked.</summary>
    public static IReadOnlyCollection<string> Names => s_tasks.Keys;

    /// <summary>The settings with the task and the backbone that a run with them has.</summary>
    /// <param name="options">The settings that a run would have.</param>
    public static TrainingOptions Resolve(TrainingOptions options)
    {
        var task = TaskSource.NameFor(options) switch
        {
            TokenTask.Alias => TokenTask.TaskName,
            PretrainingTask.Alias => PretrainingTask.TaskName,
            var name => name,
        };
        return options with
        {
            Task = task,
            Backbone = task == CompletionTask.TaskName
                ? BackboneSource.DefaultFor(new TaskHead.LanguageModel(), options.Backbone) : options.Backbone,
        };
    }

    /// <summary>The task on the files that a run's settings name.</summary>
    /// <param name="options">The settings, of <see cref="Resolve"/>.</param>
    /// <param name="tokenizer">The tokenizer of the run's backbone.</param>
    /// <exception cref="TaskException">A file or the prompt is missing or malformed.</exception>
    /// <exception cref="TrainingOptionsException">A setting is not allowed, or the task does not train on a user's own files.</exception>
    public static ICheckedTask Create(TrainingOptions options, ITokenizer tokenizer)
    {
        if (options.Task != PromptTask.TaskName)
            TrainingOptionsCheck.RefusePromptOptions(options);
        return s_tasks.TryGetValue(options.Task, out var create) ? create(options, tokenizer)
            : throw new TrainingOptionsException(
                "task", $"'{Excerpt.Cut(options.Task)}' is not checked; expected {string.Join(", ", Names)}");
    }

    private static Func<TrainingOptions, ITokenizer, ICheckedTask> Table(TableKind kind) =>
        (options, tokenizer) => new CheckedTable(kind, options, tokenizer);
}
