using System.Text;

namespace Peft.Data.Tests;

public sealed class TextLinesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("\uFEFF", new string[0])]
    [InlineData("\uFEFF\uFEFFa", new[] { "a" })]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\r\nb\r\n", new[] { "a", "b" })]
    [InlineData("a\n\r\n\nb", new[] { "a", "", "", "b" })]
    [InlineData("a\rb\r\r\nc\r", new[] { "a\rb\r", "c\r" })]
    [InlineData("a\vb\fc\u0085d\u2028e\u2029f\n\uFEFFg\n", new[] { "a\vb\fc\u0085d\u2028e\u2029f", "\uFEFFg" })]
    public void Lines_end_at_lf_and_crlf_and_nowhere_else(string text, string[] lines)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(lines, TextLines.Read(new MemoryStream(bytes), "t"));
        Assert.Equal(lines, TextLines.Read(new Slow(bytes), "t"));
    }

    [Fact]
    public void Lines_longer_than_the_buffer_are_whole()
    {
        string[] lines = [new('a', 65535), new('b', 65536), new('é', 200_000), "c", new('d', 131_070)];
        Assert.Equal(lines, TextLines.Read(new MemoryStream(Encoding.UTF8.GetBytes(string.Join("\r\n", lines))), "t"));
    }

    [Fact]
    public void A_line_is_given_before_the_stream_ends() =>
        Assert.Equal("first", TextLines.Read(new Slow(Encoding.UTF8.GetBytes("first\nsec"), isOpen: true), "t").First());

    [Theory]
    [InlineData("aé\nb\xFFz\n", "t, line 2: is not UTF-8 text; byte 0xFF, number 6 of the file, begins no character.")]
    [InlineData("\xEF\xBB\xBF\xC3", "t, line 1: is not UTF-8 text; byte 0xC3, number 4 of the file, begins no character.")]
    [InlineData("\xC3\n\xA9", "t, line 1: is not UTF-8 text; byte 0xC3, number 1 of the file, begins no character.")]
    [InlineData("\xFF\xFE\x61\x00\x0A\x00", "t: begins with the byte-order mark of UTF-16; expected UTF-8.")]
    [InlineData("\xFE\xFF\x00\x61", "t: begins with the byte-order mark of UTF-16; expected UTF-8.")]
    public void Bytes_that_are_no_text_are_named(string latin1, string begin)
    {
        var bytes = Encoding.Latin1.GetBytes(latin1.Replace("é", "\xC3\xA9", StringComparison.Ordinal));
        var message = Assert.Throws<TextEncodingException>(() => TextLines.Read(new MemoryStream(bytes), "t").ToList()).Message;
        Assert.StartsWith(begin, message, StringComparison.Ordinal);
        Assert.Contains("iconv -f", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "a", "", "\r", "" }, 1)]
    [InlineData(new[] { "a", "", " " }, 3)]
    [InlineData(new[] { "", "\r\r" }, 0)]
    public void Empty_lines_at_the_end_are_no_rows(string[] lines, int rows) =>
        Assert.Equal(lines[..rows], TextLines.WithoutEmptyEnd([.. lines]));

    [Fact]
    public void A_text_with_line_ends_is_written_as_one_line()
    {
        Assert.Equal("a b c d\te f g h ", OneLine.Flatten("a\nb\r\nc\rd\te\u0085f\u2028g\u2029h\v"));
        Assert.Equal("a b c", OneLine.Column("a\tb\fc"));
    }

    [Fact]
    public void A_notice_names_the_first_numbers()
    {
        Assert.Equal("dev.tsv: 1 malformed row skipped (line 17)", new SkippedRows("dev.tsv", 1, [17]).ToString());
        Assert.Equal("d.json: 2 malformed rows skipped (entries 3, 4)", new SkippedRows("d.json", 2, [3, 4], "entry").ToString());
        var rows = new MalformedRows("dev.tsv", areSkipped: true);
        foreach (var number in Enumerable.Range(10, 12))
            rows.Skip(number, "wrong.");
        Assert.Equal("dev.tsv: 12 malformed rows skipped (lines 10, 11, 12, 13, 14, ...)", rows.Close(12)?.ToString());
        Assert.Equal(
            "dev.tsv: 12 of 23 rows are malformed, more than the half that --skip-malformed skips: it is most likely the file of another "
                + "task. Give the task's own file. The first: wrong.",
            Assert.Throws<MalformedFileException>(() => rows.Close(11)).Message);
    }

    /// <summary>Gives one byte at a time; at its end it fails if it was not to be read so far.</summary>
    private sealed class Slow(byte[] bytes, bool isOpen = false) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            isOpen && Position == Length ? throw new InvalidOperationException("the stream is still open") : base.Read(buffer, offset, 1);
    }
}
