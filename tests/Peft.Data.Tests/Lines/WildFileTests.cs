namespace Peft.Data.Tests;

/// <summary>Files as they are in the wild, for every reader of texts.</summary>
public sealed class WildFileTests : IDisposable
{
    private static readonly string[] s_odd =
        ["a\rb", "a\u0085b", "a\u2028b", "a\u2029b", "a\vb", "a\fb", "plain", "a\"b", "\uFEFFa \u00A0b", "a\x1c\x1d\x1e\x1f" + "b"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Readers => [.. TextReader.Names];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Characters_that_look_like_line_ends_stay_in_the_text(string name)
    {
        var reader = new TextReader(name, _folder.Path);
        // Quotation marks in csv are doubled; XML has no VT, FF and control characters.
        string[] texts = [.. s_odd.Where(text => name switch
        {
            "e2e-csv" or "e2e-csv-quoted" => !text.Contains('"', StringComparison.Ordinal),
            "webnlg-xml" => !text.Any(one => one is < ' ' and not '\r'),
            _ => true,
        })];
        var (read, skipped) = reader.Write(reader.Format(texts), texts.Length).Read(skip: TextReader.IsTagged(name));
        Assert.Equal(texts, read);
        Assert.Equal(name is "webnlg" or "dart" ? 1 : null, skipped?.Count);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_byte_order_mark_crlf_and_empty_last_lines_change_nothing(string name)
    {
        var reader = new TextReader(name, _folder.Path);
        string[] texts = ["one", "two", "three"];
        var content = "\uFEFF" + reader.Format(texts).Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n\n\r\n\r";
        Assert.Equal(texts, reader.Write(content, texts.Length).Read(skip: TextReader.IsTagged(name)).Texts);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Text_that_is_not_utf8_is_refused_by_file(string name)
    {
        var reader = new TextReader(name, _folder.Path).Write("");
        var head = name.StartsWith("e2e-csv", StringComparison.Ordinal) ? "mr,ref\n"u8 : "a\n"u8;
        File.WriteAllBytes(reader.File, [.. head, .. "b"u8, 0xE9, .. "c\n"u8]);
        var problem = Assert.ThrowsAny<Exception>(() => reader.Read(skip: true));
        Assert.True(problem is TaskFileFormatException or CorpusEncodingException, $"{problem}");
        Assert.StartsWith(reader.File, problem.Message, StringComparison.Ordinal);
        if (!TextReader.IsTagged(name))
            Assert.Contains(
                $", line 2: is not UTF-8 text; byte 0xE9, number {head.Length + 2} of the file", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sst2", "{0}x\n{0}{0}", ":3: expected 2 columns separated by tabs, found 1.", "line 3")]
    [InlineData("sst2", "{0}\n{0}", ":3: expected 2 columns separated by tabs, found an empty line.", "line 3")]
    [InlineData("sst2", "{0}x\t7\n{0}", ":3: '7' is no label of SST-2. Allowed: 0, 1.", "line 3")]
    [InlineData("cola", "{0}gj04\tx\t\tb\n{0}", ":2: 'x' is no label of CoLA. Allowed: 0, 1.", "line 2")]
    [InlineData("stsb", "{0}1\tx\ty\thigh\n{0}", ":3: 'high' is no score of STS-B. Allowed: a number from 0 to 5.", "line 3")]
    [InlineData("qqp", "{0}1\t2\t3\tx\n{0}", ":3: expected 6 columns separated by tabs, found 4.", "line 3")]
    [InlineData("e2e", "{0}x\n{0}", ", line 2: expected 'meaning representation||text', found 'x'.", "line 2")]
    [InlineData("e2e", "{0}\n{0}", ", line 2: expected 'meaning representation||text', found ''.", "line 2")]
    [InlineData("e2e-csv", "{0}name[X],\"x\n{0}{0}", ", line 3, column 2: the quotation mark that opens here is not closed.", "line 3")]
    [InlineData("e2e-csv", "{0}x\n{0}", ", line 3: expected a meaning representation and a text, found 'x'.", "line 3")]
    [InlineData("webnlg", "{0}{0}", ", entry 3: expected an object with one numbered entry.", "entry 3")]
    [InlineData("webnlg-xml", "{0}<entry/>\n{0}", ", line 3: expected an attribute 'category' of <entry>.", "line 3")]
    [InlineData("dart", "{0}{0}", ", record 3: expected a list field 'tripleset', found no such field.", "record 3")]
    public void A_malformed_row_is_named_with_the_option_or_skipped_and_counted(string name, string rows, string problem, string where)
    {
        var reader = new TextReader(name, _folder.Path);
        var (empty, whole) = (reader.Format([]), reader.Format(["text"]));
        var last = TextReader.IsTagged(name) ? empty[(empty.IndexOf('\n', StringComparison.Ordinal) + 1)..] : "";
        var first = empty[..^last.Length];
        var one = whole[first.Length..^last.Length];
        reader.Write(first + rows.Replace("{0}", one, StringComparison.Ordinal) + last);
        var error = Assert.ThrowsAny<TaskException>(() => reader.Read(skip: false));
        Assert.Equal($"{reader.File}{problem} Correct it, or give --skip-malformed to skip malformed rows.", error.Message);
        var (texts, skipped) = reader.Read(skip: true);
        Assert.Equal(rows.Split("{0}").Length - 1, texts.Count);
        Assert.Equal($"{reader.File}: 1 malformed row skipped ({where})", skipped?.ToString());
    }

    [Theory]
    [InlineData("sst2", "x\n")]
    [InlineData("e2e", "x\n")]
    [InlineData("e2e-csv", "x\n")]
    [InlineData("qqp", "1\t2\t3\tx\n")]
    public void A_file_that_is_mostly_malformed_is_refused_even_with_the_option(string name, string bad)
    {
        var reader = new TextReader(name, _folder.Path);
        var content = reader.Format(["text", "text"]) + bad + bad;
        Assert.Equal(2, reader.Write(content).Read(skip: true).Skipped?.Count);
        var message = Assert.Throws<MalformedFileException>(() => reader.Write(content + bad).Read(skip: true)).Message;
        Assert.StartsWith($"{reader.File}: 3 of 5 rows are malformed, more than the half that --skip-malformed skips", message);
        Assert.Contains("The first: " + reader.File, message);
    }

    [Fact]
    public void A_record_without_a_reference_is_left_out_with_its_hypothesis()
    {
        var (hypotheses, references) = (_folder.Write("hyp", "a\nb\nc\n"), _folder.Write("ref", "r1\n\n\nr3\n"));
        var error = Assert.Throws<MissingReferenceException>(() => CorpusReader.Read(hypotheses, [references]));
        Assert.Equal(
            $"record 2 (line 3 of {references}) has no reference; every hypothesis needs at least one. Add it, or give --skip-malformed to "
                + "leave such records out.", error.Message);
        var (corpus, skipped) = CorpusReader.Read(hypotheses, [references], skipMalformed: true);
        Assert.Equal(["a", "c"], corpus.Records.Select(record => record.Hypothesis));
        Assert.Equal($"{references}: 1 malformed row skipped (record 2)", skipped?.ToString());
        File.WriteAllText(references, "r1\n\n\n\n\nr3\n");
        File.WriteAllText(hypotheses, "a\nb\nc\nd\ne\n");
        Assert.Throws<MalformedCorpusException>(() => CorpusReader.Read(hypotheses, [references], skipMalformed: true));
    }

    [Theory]
    [InlineData("a\nb\n\n\n", "r1\nr2\n", 2)] // empty last lines are no hypotheses
    [InlineData("a\n\n\n", "r1\nr2\n", 2)] // but an empty hypothesis has a reference
    [InlineData("a\nb\n", "r1\nr2\n\n\n", 2)]
    public void Empty_last_lines_are_hypotheses_as_far_as_there_are_references(string hypotheses, string references, int count) =>
        Assert.Equal(count, CorpusReader.Read(_folder.Write("hyp", hypotheses), [_folder.Write("ref", references)]).Corpus.Records.Count);

    [Theory]
    [InlineData("a\nb\n", "r\nr\nr\n", "2 hypotheses", "holds references for 3")]
    [InlineData("a\nb\nc\n", "r\nr\n\n", "3 hypotheses", "holds references for 2")]
    public void Different_numbers_are_an_error_also_with_the_option(string hypotheses, string references, string given, string referenced)
    {
        var message = Assert.Throws<CorpusSizeException>(() => CorpusReader.Read(
            _folder.Write("hyp", hypotheses), [_folder.Write("ref", references)], skipMalformed: true)).Message;
        Assert.Contains(given, message);
        Assert.Contains(referenced, message);
    }
}
