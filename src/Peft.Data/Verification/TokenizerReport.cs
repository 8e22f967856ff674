namespace Peft.Data;

/// <summary>One tokenizer's results on a file of cases.</summary>
/// <param name="Tokenizer">Its field in the file, e.g. <c>bert_uncased</c>.</param>
/// <param name="Rows">Rows that have the field.</param>
/// <param name="Differing">Rows whose ids differ.</param>
internal sealed record TokenizerTally(string Tokenizer, int Rows, int Differing);

/// <summary>One row on which the ids differ.</summary>
/// <param name="Tokenizer">The tokenizer's field in the file.</param>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text, if any.</param>
/// <param name="Expected">The file's ids.</param>
/// <param name="Found">This library's ids.</param>
internal sealed record TokenizerDifference(
    string Tokenizer, int Line, string Text, string? Pair, IReadOnlyList<int> Expected, IReadOnlyList<int> Found);

/// <summary>The outcome of <see cref="TokenizerCases.Check"/>.</summary>
/// <param name="Rows">Rows in the file.</param>
/// <param name="Tokenizers">One entry per tokenizer that was checked.</param>
/// <param name="Differences">The first few differences.</param>
/// <param name="NotChecked">Fields of tokenizers that this library does not have.</param>
internal sealed record TokenizerReport(
    int Rows, IReadOnlyList<TokenizerTally> Tokenizers, IReadOnlyList<TokenizerDifference> Differences, IReadOnlyList<string> NotChecked)
{
    /// <summary>Whether every checked row has the expected ids.</summary>
    public bool AllEqual => Tokenizers.All(tally => tally.Differing == 0);
}
