using Peft.Data;

namespace Peft.Training;

/// <summary>Checks a user's tagged sentences. The labels of a row are the tags of its words.</summary>
/// <param name="options">The settings that a run would have.</param>
/// <param name="tokenizer">The tokenizer of the run's backbone.</param>
internal sealed class CheckedTags(TrainingOptions options, ITokenizer tokenizer) : ICheckedTask
{
    public OwnPaths Files { get; } = TokenTask.FindFiles(options);

    public string LabelUnit => "words";

    public CheckedRows Read(string file)
    {
        if (!OwnTables.Reads(file))
        {
            var tagged = TokenTask.ReadColumns(file, options with { SkipMalformed = true });
            return new CheckedRows(file, "sentence", [.. tagged.Sentences.Select((sentence, index) => Row(sentence, index + 1))])
            {
                Skipped = tagged.Skipped,
            };
        }

        using var table = OwnTables.Open(file, skipMalformed: true);
        var columns = TaggedTable.Choose(table, options.TextColumn, options.LabelColumn);
        return CheckedRows.Read(
            table, new Dictionary<string, string> { ["words"] = columns.Words, ["tags"] = columns.Tags },
            row => Row(TaggedTable.Sentence(row, columns), row.Number));
    }

    /// <summary>
    /// Reads as training does. Adds a notice if the vocabulary has no mask token: it is most likely a decoder's, and decoders cannot tag
    /// words.
    /// </summary>
    public IReadOnlyList<string> Load()
    {
        var notices = new TokenTask().Bind(options).Read(options).Notices;
        return WordMasker.FindMask(tokenizer) is not null ? notices :
        [
            .. notices,
            $"the vocabulary of backbone {options.Backbone} has no mask, as those of decoders; tags of words need an encoder: give "
                + "--backbone minilm or another encoder",
        ];
    }

    public int CountTokens(TableExample row) => tokenizer.Encode(row.Text).Length;

    private static TableExample Row(TaggedSentence sentence, long number) =>
        new(string.Join(' ', sentence.Words), Pair: null, sentence.Tags, Target: 0, Group: null, number);
}
