using Peft.Data;

namespace Peft.Training;

/// <summary>Checks texts that a model is asked about, as the readers of task files check rows.</summary>
internal static class PredictionText
{
    /// <summary>Whether the texts of a task are pairs; null where that is not known.</summary>
    /// <param name="task">The task.</param>
    public static bool? HasPairs(IFineTuningTask task) => task switch
    {
        ClassificationTask classification => classification.HasPairs,
        PromptTask prompt => prompt.HasPairs,
        { Head: TaskHead.LanguageModel or TaskHead.Tokens or TaskHead.Pretraining } => false,
        _ => null,
    };

    /// <summary>What is wrong with a text or a pair of texts; null for nothing.</summary>
    /// <param name="task">The task. Only some tasks define whether they have pairs.</param>
    /// <param name="text">The text.</param>
    /// <param name="pair">The second text.</param>
    /// <param name="between">How the texts of a pair are given: <c>separated by a tab</c>.</param>
    public static string? Problem(IFineTuningTask task, string text, string? pair, string between)
    {
        return (HasPairs(task), pair) switch
        {
            (true, null) => $"expected two texts {between}, found one",
            (false, not null) => $"expected one text, as task '{task.Name}' has no pairs, found two {between}",
            _ when string.IsNullOrWhiteSpace(text) => "expected a text, found an empty one",
            (_, not null) when string.IsNullOrWhiteSpace(pair) => "expected a second text, found an empty one",
            _ => null,
        };
    }
}

/// <summary>A text that a model is asked about is empty, or is a pair where the task has single texts, or the reverse.</summary>
/// <param name="number">The text's number, from 1.</param>
/// <param name="problem">What was found and what was expected.</param>
public sealed class PredictionTextException(int number, string problem) : TaskException($"text {number}: {problem}.");
