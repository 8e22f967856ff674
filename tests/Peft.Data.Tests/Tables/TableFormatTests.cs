using System.Text;

namespace Peft.Data.Tests;

public sealed class TableFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-", "{\"a\":1}\n{\"a\":2}\n", "JsonLines")]
    [InlineData("-", " [ {\"a\":1}]", "Json")]
    [InlineData("-", "{\"data\":[{\"a\":1}]}", "Json")]
    [InlineData("-", "{\n\"data\":[{\"a\":1}]}", "Json")]
    [InlineData("-", "a\tb\n1\t2\n", "Tsv")]
    [InlineData("-", "a,b\n1,2\n", "Csv")]
    [InlineData("-", "PAR1", "Parquet")]
    [InlineData("x.TSV.GZ", "a,b\n", "Tsv")]
    [InlineData("x.tab", "a,b\n", "Tsv")]
    [InlineData("x.ndjson", "", "JsonLines")]
    [InlineData("x.txt", "text\nhello, you\n", "Csv")]
    public void The_extension_decides_and_else_the_first_bytes(string path, string start, string expected) =>
        Assert.Equal(expected, TableFormats.Of(path, Encoding.UTF8.GetBytes(start)).ToString());

    [Theory]
    [InlineData("a.csv.gz", "text,label\na,b\n")]
    [InlineData("a.jsonl.gz", "{\"text\":\"a\",\"label\":\"b\"}\n")]
    [InlineData("a.json.gz", "[{\"text\":\"a\",\"label\":\"b\"}]")]
    [InlineData("a.csv", "text,label\na,b\n")] // compressed without saying so
    public void Compressed_files_are_read(string name, string text) => Assert.Equal(
        [["a", "b"]], TableText.Rows(_folder.Write(name, TableText.Gzip(text))));

    [Fact]
    public void A_compressed_file_that_is_cut_is_named()
    {
        var whole = TableText.Gzip("text,label\n" + string.Concat(Enumerable.Range(0, 30_000).Select(row => $"a{row * 7919L % 10007},b\n")));
        var file = _folder.Write("a.csv.gz", whole[..(whole.Length / 2)]);
        Assert.Contains($"{file}: is not whole gzip data", TableText.Problem(file));
    }

    [Fact]
    public void A_small_file_that_decompresses_to_one_large_cell_is_refused() => Assert.Contains(
        "holds more than 1,048,576 bytes", TableText.Problem(_folder.Write("a.csv.gz", TableText.Gzip("text\n" + new string('a', 50 << 20)))));

    [Fact]
    public void A_file_that_is_missing_is_named() => Assert.Contains(
        "no.csv: there is no such file", Assert.Throws<TaskFileNotFoundException>(() => TableFile.Open("no.csv")).Message);

    [Fact]
    public void A_folder_is_no_table() => Assert.Throws<FileKindException>(() => TableFile.Open(_folder.Path));
}
