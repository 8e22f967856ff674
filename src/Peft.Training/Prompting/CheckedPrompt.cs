using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>Checks the examples of a prompt: the filled template, and the tokens of the words.</summary>
internal sealed class CheckedPrompt : ICheckedTask
{
    private readonly TrainingOptions _options;
    private readonly ITokenizer _tokenizer;
    private readonly ClozePrompt _prompt;
    private readonly ClozeEncoder? _encoder; // null where the vocabulary has no mask
    private IReadOnlyList<Demonstration> _shown = [];

    /// <param name="options">The settings that a run would have.</param>
    /// <param name="tokenizer">The tokenizer of the run's backbone.</param>
    public CheckedPrompt(TrainingOptions options, ITokenizer tokenizer)
    {
        (_options, _tokenizer, _prompt) = (options, tokenizer, ClozePrompt.Find(options, PromptTask.TaskName));
        _encoder = WordMasker.FindMask(tokenizer) is null ? null : NewEncoder();
    }

    public OwnPaths Files => OwnPaths.Find(PromptFiles.Find(_options).Options, OwnTables.Endings, "examples");

    public CheckedRows Read(string file) => CheckedRows.From(
        new PromptExamples(_prompt, _options with { SkipMalformed = true }, state: null) { IsTolerant = true }.Read(file));

    public IReadOnlyList<string> Load()
    {
        var data = new PromptExamples(_prompt, _options, state: null) { NotesRepeated = false }.Load();
        _shown = new Demonstrations(data.Train.Examples, _prompt.Labels.Count, _options.Demonstrations, _options.Seed).Common();
        _ = Verbaliser.Tokens(_prompt, _tokenizer, _options.Backbone);
        return [.. data.Notices, .. Cut(_encoder ?? NewEncoder(), data.Train.Examples)];
    }

    /// <summary>Reports how many texts are cut; throws if the prompt leaves no room for a text.</summary>
    private IEnumerable<string> Cut(ClozeEncoder encoder, IReadOnlyList<Example> examples)
    {
        if (_options.MaxLength == TextLimit.Automatic)
            yield break;
        foreach (var example in examples)
            _ = encoder.Encode(example.Text, example.Pair, _shown, _options.MaxLength);
        if (examples.Count(example => encoder.Measure(example.Text, example.Pair, _shown) > _options.MaxLength) is > 0 and var cut)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{cut:N0} of {examples.Count:N0} training rows are cut to --max-length {_options.MaxLength}");
    }

    /// <exception cref="MaskTokenException">The vocabulary has no mask.</exception>
    private ClozeEncoder NewEncoder() => new(_prompt, _tokenizer, _options.Backbone);

    public int CountTokens(TableExample row) =>
        _encoder?.Measure(row.Text, row.Pair, _shown) ?? _tokenizer.Encode(row.Text, row.Pair).Length;

    public PromptCheck CheckPrompt(IReadOnlyList<TableExample> rows) => new(
        _prompt.Name, _prompt.Template.Source,
        [
            .. _prompt.Words.Select(word => new PromptWord(
                word.Label, word.Word,
                [.. BackboneSource.TokensOf(_tokenizer, " " + word.Word).Select(_tokenizer.TokenOf)],
                rows.FirstOrDefault(row => row.Labels.Contains(word.Label)) is { } first
                    ? _prompt.Template.Fill(first.Text, first.Pair, word.Word, text => ClozeEncoder.WithoutLast(_tokenizer, text)).Text
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
/// <param name="Tokens">The tokens of the word after a blank; a prompt needs exactly one.</param>
/// <param name="Example">The template, filled with the label's first example and word; null without an example.</param>
internal sealed record PromptWord(string Label, string Word, IReadOnlyList<string> Tokens, string? Example);
