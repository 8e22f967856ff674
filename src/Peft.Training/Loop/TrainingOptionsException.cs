using Peft.Data;

namespace Peft.Training;

/// <summary>A setting of a run is not allowed.</summary>
/// <param name="option">The option's name on the command line.</param>
/// <param name="problem">What was found and what was expected.</param>
public sealed class TrainingOptionsException(string option, string problem) : Exception($"--{option}: {problem}.")
{
    /// <summary>The option's name.</summary>
    public string Option { get; } = option;

    /// <summary>What was found and what was expected.</summary>
    public string Problem { get; } = problem;
}

/// <summary>Checks a run's settings before anything is loaded.</summary>
internal static class TrainingOptionsCheck
{
    /// <summary>Checks the settings.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="TrainingOptionsException">The first setting that is not allowed.</exception>
    public static void Check(TrainingOptions options)
    {
        foreach (var option in RunOption.All)
            option.Check(options);
        if (options.Threads > ComputeThreads.Most)
            throw new TrainingOptionsException("threads", $"{options.Threads} is too large; expected at most {ComputeThreads.Most} on this "
                + $"machine, which has {Environment.ProcessorCount} cores");
        if (options is { Output: null, Tensorboard: true })
            throw new TrainingOptionsException("tensorboard", "needs --output, the folder of the events");
        if (options.Output is null && (options.SnapshotEvery > 0 || options.Resume))
            throw new TrainingOptionsException(options.Resume
                ? "resume" : "snapshot-every", "needs --output, the folder whose snapshots are meant");
        if (options is { Folds: 0, Fold: > 0 })
            throw new TrainingOptionsException("fold", "needs --folds, the number of parts");
        if (options.Folds == 1 || options.Fold > options.Folds)
            throw new TrainingOptionsException(
                options.Folds == 1 ? "folds" : "fold", options.Folds == 1
                    ? "1 is too small; expected at least 2, or 0 for no folds" : $"{options.Fold} is above --folds {options.Folds}");
        if (options.EarlyStopping > 0 && options.KeepLast)
            throw new TrainingOptionsException("early-stopping", "keeps the weights of the best epoch, and --keep-last those of the last; "
                + "leave one out");
        if (options.NonFinite == NonFiniteGuard.Rollback && options.SnapshotEvery == 0)
            throw new TrainingOptionsException("non-finite", "rollback needs snapshots to go back to: give --snapshot-every");
    }

    /// <summary>Rejects settings that only tasks on a user's own tables have.</summary>
    internal static void RefuseTableOptions(TrainingOptions options)
    {
        RefuseTextOptions(options);
        string? found = options switch
        {
            { Train: not null } => "train",
            { Dev: not null } => "dev",
            { Test: not null } => "test",
            { TextColumn: not null } => "text-column",
            { PairColumn: not null } => "pair-column",
            { LabelColumn: not null } => "label-column",
            { GroupColumn: not null } => "group-column",
            { Folds: > 0 } => "folds",
            _ => null,
        };
        if (found is not null)
            throw new TrainingOptionsException(
                found, $"is for files of your own, and the task {options.Task} has a layout of its own; leave it out, or give --task "
                + string.Join(", ", Enum.GetValues<TableKind>().Select(TableTask.NameOf)));
    }

    /// <summary>Rejects settings that only tasks on a user's own text have.</summary>
    private static void RefuseTextOptions(TrainingOptions options)
    {
        if (options.Template is not null)
            throw new TrainingOptionsException(
                "template", $"is for task {CompletionTask.TaskName}, and this is {options.Task}; leave it out");
        if (options.WholeWords)
            throw new TrainingOptionsException(
                "whole-words", $"is for task {PretrainingTask.TaskName}, and this is {options.Task}; leave it out");
        RefusePromptOptions(options);
    }

    /// <summary>Rejects settings that only prompted classification has.</summary>
    internal static void RefusePromptOptions(TrainingOptions options)
    {
        string? found = options switch
        {
            { Task: PromptTask.TaskName } => null,
            { Prompt: not null, Task: not FewShotTask.TaskName } => "prompt",
            { Demonstrations: > 0 } => "demonstrations",
            _ => null,
        };
        if (found is not null)
            throw new TrainingOptionsException(
                found, $"is for task {PromptTask.TaskName}, and this is {options.Task}; leave it out, or give --task "
                    + PromptTask.TaskName);
    }

    /// <summary>Rejects settings that only data-to-text tasks and tasks on a user's own text have.</summary>
    internal static void RefuseDecoderOptions(TrainingOptions options)
    {
        RefuseTextOptions(options);
        string? found = options switch
        {
            { Score: not null } => "score",
            { LabelSmoothing: > 0 } => "label-smoothing",
            _ => null,
        };
        if (found is not null)
            throw new TrainingOptionsException(
                found, $"is for data-to-text tasks, and {options.Task} is none; leave it out, or give --task "
                + $"({string.Join(", ", GenerationTasks.Names)})");
    }
}
