namespace Peft.Data.Tests;

public sealed class TokenizerCasesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TokenizerCasesTests() => _folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nA\na\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Differences_are_counted_and_shown()
    {
        var cases = _folder.Write("cases.jsonl", """
            {"text": "A", "pair": null, "max_length": null, "bert_uncased": [2, 6, 3], "bert_cased_rules": [2, 5, 3], "gpt2": [1]}

            {"text": "a\ud800\n\t\"A", "pair": "a", "max_length": 6, "bert_uncased": [2, 6, 6, 3]}
            """);

        var report = TokenizerCases.Check(cases, _folder.Path);

        Assert.Equal(2, report.Rows);
        Assert.False(report.AllEqual);
        Assert.Equal([new TokenizerTally("bert_uncased", 2, 1), new TokenizerTally("bert_cased_rules", 1, 0)], report.Tokenizers);
        var difference = Assert.Single(report.Differences);
        Assert.Equal((3, "a\uD800\n\t\"A", "a"), (difference.Line, difference.Text, difference.Pair));
        Assert.Equal([2, 6, 1, 3, 6, 3], difference.Found);
        Assert.Equal(["gpt2"], report.NotChecked);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("3")]
    [InlineData("""{"text": 3}""")]
    [InlineData("""{"text": "a", "max_length": "4"}""")]
    [InlineData("""{"text": "a", "bert_uncased": [1.5]}""")]
    public void Bad_rows_are_named_by_line(string row)
    {
        var cases = _folder.Write("cases.jsonl", row);

        var thrown = Assert.Throws<TokenizerCasesException>(() => TokenizerCases.Check(cases, _folder.Path));
        Assert.Contains("cases.jsonl:1", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Throws<TokenizerFileNotFoundException>(() => TokenizerCases.Check(Path.Combine(_folder.Path, "none.jsonl"), _folder.Path));
}
