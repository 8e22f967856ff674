using Peft.Data;

namespace Peft.Training;

/// <summary>
/// A prompt for classification: a template with a mask, and the word of each label, whose masked-word logit is the label's score (Schick
/// and Schütze 2021; Gao et al. 2021).
/// </summary>
/// <param name="Name">Its name: that of a built-in prompt, or of the file.</param>
/// <param name="Template">The template.</param>
/// <param name="Words">The labels with their words, in the order of the scores.</param>
internal sealed record ClozePrompt(string Name, ClozeTemplate Template, IReadOnlyList<LabelWord> Words)
{
    /// <summary>Other spellings of labels in files: <c>0</c> for the first.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>The labels, in the order of the scores.</summary>
    public IReadOnlyList<string> Labels { get; } = [.. Words.Select(word => word.Label)];

    /// <summary>Finds the prompt of a run.</summary>
    /// <param name="options">The run's settings.</param>
    /// <param name="task">The run's task, for the message.</param>
    /// <exception cref="TrainingOptionsException">The settings name none, or one that is neither a prompt nor a file.</exception>
    /// <exception cref="PromptException">The file is malformed.</exception>
    public static ClozePrompt Find(TrainingOptions options, string task) => Find(options.Prompt ?? throw new TrainingOptionsException(
        "prompt", $"is missing; task {task} needs a template and a word for each label: "
            + $"{string.Join(", ", BuiltInPrompts.All.Select(prompt => prompt.Name))}, or a YAML file"));

    /// <summary>Finds a built-in prompt, or reads one from a file.</summary>
    /// <param name="nameOrFile">The name, or a YAML or JSON file.</param>
    /// <exception cref="TrainingOptionsException">There is neither such a prompt nor such a file.</exception>
    /// <exception cref="PromptException">The file is malformed.</exception>
    public static ClozePrompt Find(string nameOrFile)
    {
        var name = nameOrFile.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        if (BuiltInPrompts.All.FirstOrDefault(prompt => prompt.Name == name) is { } found)
            return found;
        var names = BuiltInPrompts.All.Select(prompt => prompt.Name).ToList();
        return File.Exists(nameOrFile) ? ClozePromptFile.Read(nameOrFile) : throw new TrainingOptionsException(
            "prompt", $"'{Excerpt.Line(nameOrFile)}' is neither a prompt ({string.Join(", ", names)}) nor a file"
                + NearestName.Hint(nameOrFile, names));
    }

    /// <summary>Creates a prompt from the contents of a file or a run.</summary>
    /// <param name="name">The name.</param>
    /// <param name="template">The template.</param>
    /// <param name="words">The labels with their words.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="PromptException">The template or a word is wrong.</exception>
    public static ClozePrompt Create(string name, string template, IReadOnlyList<LabelWord> words, string place)
    {
        words = [.. words.Select(word => new LabelWord(word.Label.Trim(), word.Word.Trim()))];
        if (ClozeTemplate.Parse(template, out var problem) is not { } parsed)
            throw new PromptException($"{place}, template: '{Excerpt.Line(template)}' {problem}.");
        if (words.Count < 2)
            throw new PromptException($"{place}, words: expected a word for each of at least 2 labels, found {words.Count}.");
        if (words.FirstOrDefault(word => word.Word.Length == 0 || word.Label.Length == 0) is { } empty)
            throw new PromptException($"{place}, words: the label '{Excerpt.Line(empty.Label)}' has no word; expected one, as 'great'.");
        if (words.GroupBy(word => word.Label).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
            throw new PromptException($"{place}, words: the label '{Excerpt.Line(twice)}' is listed twice.");
        return new ClozePrompt(name, parsed, words);
    }

    /// <summary>The label that a spelling in a file stands for; null for none.</summary>
    public string? LabelOf(string spelling) => Labels.Contains(spelling) ? spelling : Aliases.GetValueOrDefault(spelling);
}

/// <summary>A label and the word whose logit is its score.</summary>
/// <param name="Label">The label.</param>
/// <param name="Word">The word; it must be one token of the backbone's vocabulary.</param>
internal sealed record LabelWord(string Label, string Word);

/// <summary>A prompt is missing or malformed, or does not fit the data or the vocabulary.</summary>
/// <param name="message">The file or prompt, the key, what was found and what to do.</param>
/// <param name="inner">The error of the file's reader; null for none.</param>
public sealed class PromptException(string message, Exception? inner = null) : TaskException(message, inner);
