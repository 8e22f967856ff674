using Peft.Data;

namespace Peft.Training;

/// <summary>Checks a user's prompts and completions, or conversations.</summary>
internal sealed class CheckedCompletions : ICheckedTask
{
    private readonly TrainingOptions _options;
    private readonly ITokenizer _tokenizer;
    private readonly Dictionary<TableExample, CompletionExample> _examples = new(ReferenceEqualityComparer.Instance);
    private CompletionEncoder? _encoder;

    /// <param name="options">The settings that a run would have.</param>
    /// <param name="tokenizer">The tokenizer of the run's backbone.</param>
    public CheckedCompletions(TrainingOptions options, ITokenizer tokenizer) =>
        (_options, _tokenizer, Files) = (options, tokenizer, CompletionTask.FindFiles(options));

    public OwnPaths Files { get; }

    public CheckedRows Read(string file)
    {
        using var table = OwnTables.Open(file, skipMalformed: true);
        var columns = CompletionColumns.Choose(table, _options);
        _encoder ??= new CompletionEncoder(
            _tokenizer, CompletionTask.NamedTemplate(_options) ?? CompletionTask.DefaultTemplate(columns.HasMessages), endId: 0,
            maxLength: int.MaxValue);
        return CheckedRows.Read(table, columns.ByPart, row =>
        {
            var example = columns.Read(row);
            var prompt = string.Join('\n', example.Prompt.Select(turn => turn.Content));
            var read = new TableExample(prompt, example.Completion, [], Target: 0, Group: null, row.Number);
            _examples.Add(read, example);
            return read;
        });
    }

    /// <summary>
    /// Reads as training does. Adds a notice if the vocabulary has a mask token: it is most likely an encoder's, and encoders cannot
    /// complete prompts.
    /// </summary>
    public IReadOnlyList<string> Load()
    {
        var notices = new CompletionTask().Read(_options).Notices;
        return WordMasker.FindMask(_tokenizer) is null ? notices :
        [
            .. notices,
            $"the vocabulary of backbone {_options.Backbone} has a mask, as those of encoders; completions need a decoder: give "
                + "--backbone builtin-gpt2 or a GPT-2 checkpoint",
        ];
    }

    public int CountTokens(TableExample row) => _encoder!.Encode(_examples[row]).Ids.Length;
}
