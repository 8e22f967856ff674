namespace Peft.Data.Tests;

public sealed class JsonTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"a\",\"n\":1.50}\n\n{\"n\":true,\"text\":null}\n")]
    [InlineData("a.json", "[{\"text\":\"a\",\"n\":1.50},\n {\"n\":true,\"text\":null}]")]
    [InlineData("a.json", "{\"version\":{\"x\":[1]},\"data\":[{\"text\":\"a\",\"n\":1.50},{\"n\":true,\"text\":null}],\"more\":1}")]
    [InlineData("b.json", "{\"text\":\"a\",\"n\":1.50}\n{\"n\":true,\"text\":null}\n")] // lines under the other name
    [InlineData("b.jsonl", "[{\"text\":\"a\",\"n\":1.50},{\"n\":true,\"text\":null}]")]
    public void Values_are_as_written(string name, string text) => Assert.Equal(
        [["a", "1.50"], [null, "true"]], TableText.Rows(_folder.Write(name, text)));

    [Fact]
    public void Later_records_add_columns_and_lists_stay_lists()
    {
        using var table = TableFile.Open(_folder.Write("a.jsonl", "{\"text\":\"a\"}\n{\"labels\":[\"x\",2],\"text\":\"b\"}\n"));
        Assert.Equal(["text"], table.Columns);
        var rows = table.Rows().ToList();
        Assert.Equal(["text", "labels"], table.Columns);
        Assert.True(rows[0]["labels"].IsMissing);
        Assert.Equal("[\"x\",2]", rows[1]["labels"].Json!.Value.GetRawText());
        Assert.Equal("b", rows[1]["text"].Text);
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"a\"}\n{\"text\":}\n", "line 2: is not valid JSON")]
    [InlineData("a.jsonl", "{\"text\":\"a\"}\n[1]\n", "line 2: expected an object")]
    [InlineData("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"a\",\"text\":\"b\"}\n", "line 2: is not valid JSON")]
    [InlineData("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"\\ud800\"}\n", "line 2: a text is not Unicode")]
    [InlineData("a.jsonl", "", "has no line of examples")]
    [InlineData("a.json", "[]", "has no record of examples")]
    [InlineData("a.json", "[{\"text\":\"a\"},\n{\"text\":\"b\"", "record 2 is not valid JSON")]
    [InlineData("a.json", "[{\"text\":\"a\"},\n\n{\"text\" \"b\"}]", "record 2 is not valid JSON")]
    [InlineData("a.json", "[{\"text\":\"a\"}, 5]", "record 2: expected an object")]
    [InlineData("a.json", "{\"rows\":\n1}", "found an object without it")]
    [InlineData("a.json", "5", "expected a list of objects")]
    public void What_is_no_record_is_named(string name, string text, string expected) => Assert.Contains(
        expected, TableText.Problem(_folder.Write(name, text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a.jsonl", "{{\"text\":\"{0}\"}}\n")]
    [InlineData("a.json", "[{{\"text\":\"{0}\"}}]")]
    public void A_value_of_ten_megabytes_is_refused(string name, string text) => Assert.Contains(
        "key 'text': holds more than 1048576 bytes", TableText.Problem(_folder.Write(name, string.Format(text, new string('a', 10 << 20)))));

    [Fact]
    public void Malformed_lines_are_skipped_and_counted()
    {
        using var table = TableFile.Open(
            _folder.Write("a.jsonl", "{\"a\":1}\nx\n{\"a\":2}\n[]\n{\"a\":3}\n"), new TableOptions { SkipMalformed = true });
        Assert.Equal(["1", "2", "3"], table.Rows().Select(row => row["a"].Text));
        Assert.Equal([2, 4], table.Skipped!.First);
    }

    [Fact]
    public void Many_records_are_read_across_the_ends_of_buffers()
    {
        var records = Enumerable.Range(0, 20_000).Select(row => $"{{\"text\":\"{new string('a', row % 50)}\",\"n\":{row}}}");
        var rows = TableText.Rows(_folder.Write("a.json", $"[{string.Join(",\n", records)}]"));
        Assert.Equal(20_000, rows.Count);
        Assert.All(rows.Select((row, index) => (row, index)), pair => Assert.Equal($"{pair.index}", pair.row[1]));
    }
}
