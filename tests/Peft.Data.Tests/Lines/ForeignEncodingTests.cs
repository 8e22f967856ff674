using System.Text;

namespace Peft.Data.Tests;

/// <summary>UTF-16, binary files and lines without end.</summary>
public sealed class ForeignEncodingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("utf-16le", "LE")]
    [InlineData("utf-16be", "BE")]
    public void Utf_16_without_a_mark_is_named(string encoding, string order)
    {
        var bytes = Encoding.GetEncoding(encoding).GetBytes("sentence\tlabel\ngood\t1\nbad\t0\n");
        foreach (var file in (string[])["train.tsv", "dev.tsv"])
            _folder.Write(file, bytes);
        var problem = Assert.Throws<TaskFileFormatException>(() => TaskData.Load("sst2", _folder.Path));
        Assert.EndsWith(
            $"train.tsv: is UTF-16 without a byte-order mark; expected UTF-8. Convert it first: iconv -f UTF-16{order} -t UTF-8.",
            problem.Message, StringComparison.Ordinal);
        _folder.Write("tokenizer.json", Encoding.GetEncoding(encoding).GetBytes("{\"model\": {}}"));
        Assert.Contains(
            "is UTF-16 without", Assert.Throws<TokenizerConfigException>(() => TokenizerFiles.Load(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Utf_16_of_another_script_is_seen_by_its_first_nul()
    {
        var file = _folder.Write("a.txt", Encoding.Unicode.GetBytes("\u0434\u0430\n\u043d\u0435\u0442\n"));
        Assert.Equal(
            $"{file}, line 2: holds a NUL character, byte 6 of the file, which no text has: it is a binary file, or UTF-16. Expected "
                + "UTF-8; "
                + "convert it first (iconv -f UTF-16LE -t UTF-8).",
            Assert.Throws<TextEncodingException>(() => TextLines.Read(file)).Message);
    }

    [Fact]
    public void A_line_without_end_is_refused_at_its_bound()
    {
        var problem = Assert.Throws<TextEncodingException>(() => TextLines.Read(new Endless(), "standard input").First());
        Assert.StartsWith("standard input, line 1: has more than 67,108,864 bytes;", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_of_utf_8_is_dropped_from_json()
    {
        using var json = JsonText.Parse([.. Encoding.UTF8.Preamble, .. "[1]"u8]);
        Assert.Equal(1, json.RootElement[0].GetInt32());
    }

    /// <summary>A stream of letters without an end, as /dev/zero is one of zeros.</summary>
    private sealed class Endless : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'a');
            return count;
        }
    }
}
