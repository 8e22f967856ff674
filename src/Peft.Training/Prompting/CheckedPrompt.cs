using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>The examples of a prompt, as they are checked: what the template makes of them, and which tokens the words are.</summary>
/// <param name="options">The settings that a run would have.</param>
/// <param name="tokenizer">The tokenizer of the run's backbone.</param>
internal sealed class CheckedPrompt(TrainingOptions options, ITokenizer tokenizer) : ICheckedTask
{
    private readonly ClozePrompt _prompt = ClozePrompt.Find(options, PromptTask.TaskName);
    private readonly PromptFiles _files = PromptFiles.Find(options);
    private readonly bool _hasMask = WordMasker.FindMask(tokenizer) is not null;
    private IReadOnlyList<Demonstration> _shown = [];

    public OwnPaths Files => OwnPaths.Find(_files.Options, OwnTables.Endings, "examples");

    public TableExamples Read(string file) =>
        new PromptExamples(_prompt, options with { SkipMalformed = true }, state: null) { IsTolerant = true }.Read(file);

    public IReadOnlyList<string> Load()
    {
        var data = new PromptExamples(_prompt, options, state: null) { NotesRepeated = false }.Load();
        _shown = new Demonstrations(data.Train.Examples, _prompt.Labels.Count, options.Demonstrations, options.Seed).Common();
        _ = Verbaliser.Tokens(_prompt, tokenizer, options.Backbone);
        return [.. data.Notices, .. Cut(data.Train.Examples)];
    }

    /// <summary>Says how many texts are cut; fails where the prompt leaves no room for a text.</summary>
    private IEnumerable<string> Cut(IReadOnlyList<Example> examples)
    {
        var encoder = new ClozeEncoder(_prompt, tokenizer, options.Backbone);
        var longest = examples.Select(example => encoder.Measure(example.Text, example.Pair, _shown)).ToList();
        if (options.MaxLength == TextLimit.Automatic)
            yield break;
        foreach (var example in examples)
            _ = encoder.Encode(example.Text, example.Pair, _shown, options.MaxLength);
        if (longest.Count(length => length > options.MaxLength) is > 0 and var cut)
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{cut:N0} of {examples.Count:N0} training rows are cut to --max-length {options.MaxLength}");
    }

    public int CountTokens(TableExample row) => _hasMask
        ? new ClozeEncoder(_prompt, tokenizer, options.Backbone).Measure(row.Text, row.Pair, _shown)
        : tokenizer.Encode(row.Text, row.Pair).Length;

    public PromptCheck CheckPrompt(IReadOnlyList<TableExample> rows) => new(
        _prompt.Name, _prompt.Template.Source,
        [
            .. _prompt.Words.Select(word => new PromptWord(
                word.Label, word.Word,
                [.. BackboneSource.TokensOf(tokenizer, " " + word.Word).Select(tokenizer.TokenOf)],
                rows.FirstOrDefault(row => row.Labels.Contains(word.Label)) is { } first
                    ? _prompt.Template.Fill(first.Text, first.Pair, word.Word, text => ClozeEncoder.WithoutLast(tokenizer, text)).Text
                    : null)),
        ]);
}

/// <summary>A prompt on a user's examples.</summary>
/// <param name="Name">The prompt's name.</param>
/// <param name="Template">The template.</param>
/// <param name="Words">The labels with their words.</param>
internal sealed record PromptCheck(string Name, string Template, IReadOnlyList<PromptWord> Words);

/// <summary>A label's word in a prompt.</summary>
/// <param name="Label">The label.</param>
/// <param name="Word">The word.</param>
/// <param name="Tokens">The tokens that the word is, behind a blank; a prompt needs one.</param>
/// <param name="Example">The template, filled with the label's first example and word; null without an example.</param>
internal sealed record PromptWord(string Label, string Word, IReadOnlyList<string> Tokens, string? Example);
