using System.Text;

namespace Peft.Data.Tests;

public sealed class DelimitedTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text,label\na,b\n", "a|b")]
    [InlineData("text,label\r\na,b\r\nc,d", "a|b;c|d")]
    [InlineData("text,label\n\"a, \"\"b\"\"\",c\n", "a, \"b\"|c")]
    [InlineData("text,label\n\"a\r\nb\nc\",d\n", "a\nb\nc|d")]
    [InlineData("text,label\na\rb,c\n", "a\rb|c")] // a lone CR is a character of the text
    [InlineData("text,label\n\"a\rb\",c\r\n", "a\rb|c")]
    [InlineData("text,label\n\n\na,b\n\n", "a|b")]
    [InlineData("text,label\n,\"\"\n", "|")]
    [InlineData("text,label\n5\" screen,b\n", "5\" screen|b")]
    [InlineData("text;label\na,b;c\n", "a,b|c")]
    [InlineData(",text,label\n0,a,b\n", "0|a|b")]
    [InlineData("\ufefftext,label\nä,😀\n", "ä|😀")]
    public void Records_are_read_as_RFC_4180_says(string text, string expected)
    {
        var file = _folder.Write("a.csv", text);
        Assert.Equal(expected, string.Join(';', TableText.Rows(file).Select(row => string.Join('|', row))));
    }

    [Fact]
    public void A_row_is_numbered_by_its_first_line()
    {
        using var table = TableFile.Open(_folder.Write("a.tsv", "text\tlabel\n\"a\nb\"\tc\n\nd\te\n"));
        Assert.Equal(["text", "label"], table.Columns);
        Assert.Equal([2L, 5], table.Rows().Select(row => row.Number));
        Assert.Equal(-1, table.IndexOf("Text"));
    }

    [Theory]
    [InlineData("", "is empty; expected a line with the names of the columns")]
    [InlineData("text,label\n", "has no line of examples below its header")]
    [InlineData("text,text\na,b\n", "line 1: columns 1 and 2 are both named 'text'")]
    [InlineData("text,,label\na,b,c\n", "line 1: column 2 has no name")]
    [InlineData("text,label\na\n", "line 2: expected 2 cells ('text', 'label'), found 1")]
    [InlineData("text,label\na,b\na,b,c\n", "line 3: expected 2 cells ('text', 'label'), found 3")]
    [InlineData("text,label\na,\"b\nc,d\ne,f\n", "line 2, column 2: the quotation mark that opens here is not closed")]
    [InlineData("text,label\n\"a\nb\",\"c\n", "line 3, column 2: the quotation mark that opens here is not closed")]
    [InlineData("text,label\n\"a\"b,c\n", "line 2, column 1: a quotation mark is out of place")]
    [InlineData("text,label\na\0,b\n", "line 2: holds a NUL character, byte 13 of the file")]
    public void What_is_no_table_is_named_with_its_line(string text, string expected)
    {
        var file = _folder.Write("a.csv", text);
        var problem = TableText.Problem(file);
        Assert.StartsWith(file, problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_named_with_its_byte()
    {
        byte[] latin = [.. "text,label\ngood,a\ncaf"u8, 0xE9, .. ",b\n"u8];
        Assert.Contains("line 3: is not UTF-8 text; byte 0xE9, number 22 of the file", TableText.Problem(_folder.Write("a.csv", latin)));
        byte[] marked = [.. Encoding.UTF8.Preamble, .. latin];
        Assert.Contains("number 25 of the file", TableText.Problem(_folder.Write("b.csv", marked)));
        Assert.Contains("UTF-16", TableText.Problem(_folder.Write("c.csv", Encoding.Unicode.GetBytes("text,label\na,b\n"))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cell_of_ten_megabytes_is_refused_with_line_and_column(bool isQuoted)
    {
        var cell = new string('a', 10 << 20);
        var file = _folder.Write("a.csv", $"text,label\nx,y\nz,{(isQuoted ? $"\"{cell}\"" : cell)}\n");
        Assert.Contains("line 3, column 2: holds more than 1,048,576 bytes", TableText.Problem(file));
    }

    [Fact]
    public void A_cell_of_a_megabyte_is_read_whole()
    {
        var cell = string.Concat(Enumerable.Repeat("0123456789\"\"", 80_000));
        var rows = TableText.Rows(_folder.Write("a.csv", $"text,label\n\"{cell}\",x\ny,z\n"));
        Assert.Equal(cell.Replace("\"\"", "\"", StringComparison.Ordinal), rows[0][0]);
        Assert.Equal(["y", "z"], rows[1]);
    }

    [Fact]
    public void Malformed_rows_are_skipped_and_counted()
    {
        var file = _folder.Write("a.csv", "text,label\na,b\nc\n\"d\"e,f\ng,h\ni,\"j\n");
        using var table = TableFile.Open(file, new TableOptions { SkipMalformed = true });
        Assert.Equal(["a", "g"], table.Rows().Take(2).Select(row => row["text"].Text));
        Assert.Equal([3, 4], table.Skipped!.First);
        using var again = TableFile.Open(file, new TableOptions { SkipMalformed = true });
        Assert.Contains("3 of 5 rows are malformed", Assert.Throws<MalformedFileException>(() => again.Rows().Count()).Message);
    }

    [Fact]
    public void A_refused_row_counts_as_malformed()
    {
        var file = _folder.Write("a.csv", "text,label\na,b\nc,d\ne,f\n");
        using var table = TableFile.Open(file, new TableOptions { SkipMalformed = true });
        foreach (var row in table.Rows())
        {
            if (row["text"].Text == "c")
                table.Refuse(row, new TableValueException($"{row.Place}: wrong"));
        }

        Assert.Equal($"{file}: 1 malformed row skipped (line 3)", table.Skipped!.ToString());
    }

    /// <summary>Reads in pieces of a few bytes, so that every cell crosses the end of one.</summary>
    [Fact]
    public void Cells_are_whole_wherever_the_buffer_ends()
    {
        var lines = Enumerable.Range(0, 20_000).Select(row => $"\"a {row}\r\n\"\"x\"\"\",{row},b\r\n");
        var bytes = Encoding.UTF8.GetBytes(string.Concat(lines));
        var reader = new DelimitedReader(new PrefixedStream(bytes[..7], new MemoryStream(bytes[7..])), "a.csv", ',');
        var cells = new List<string>();
        for (var row = 0; row < 20_000; row++)
        {
            Assert.True(reader.Read(cells));
            Assert.Equal([$"a {row}\n\"x\"", $"{row}", "b"], cells);
            Assert.Equal(1 + (2L * row), reader.Line);
        }

        Assert.False(reader.Read(cells));
    }
}
