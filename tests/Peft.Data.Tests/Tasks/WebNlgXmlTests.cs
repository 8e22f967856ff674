namespace Peft.Data.Tests;

/// <summary>The WebNLG challenge's own files.</summary>
public sealed class WebNlgXmlTests : IDisposable
{
    private const string Quoted =
        """
          <entry category="Airport" eid="Id1" size="2">
            <originaltripleset><otriple>A | wrong | B</otriple></originaltripleset>
            <modifiedtripleset>
              <mtriple>Aarhus_Airport | cityServed | "Aarhus, Denmark"</mtriple>
              <mtriple>Aarhus_Airport | motto | here | there</mtriple>
            </modifiedtripleset>
            <lex comment="good" lid="Id1"> Aarhus &amp; its airport. </lex>
            <lex comment="toFix" lid="Id2">Not this.</lex>
            <lex comment="good" lid="Id3">Another.</lex>
          </entry>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-webnlg-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Modified_triples_and_good_texts_are_read()
    {
        var record = Assert.Single(WebNlgReader.Read(Write("a.xml", Benchmark(Quoted))).Records);
        Assert.Equal("Aarhus_Airport : cityServed : \"Aarhus, Denmark\" | Aarhus_Airport : motto : here | there", record.Context);
        Assert.Equal(["Aarhus & its airport.", "Another."], record.References);
        Assert.Equal(("Airport", true), (record.Category, record.IsSeen));
    }

    /// <summary>LINQ to XML takes time quadratic in the depth.</summary>
    [Fact]
    public void Deeply_nested_elements_are_refused()
    {
        const int Depth = 80_000;
        var nested = string.Concat(Enumerable.Repeat("<a>", Depth)) + string.Concat(Enumerable.Repeat("</a>", Depth));
        var problem = Assert.Throws<TaskFileFormatException>(() => WebNlgReader.Read(Write("deep.xml", Benchmark(nested))));
        Assert.Contains("nested more than 64 deep", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_are_folders_by_number_of_triples_and_unseen_categories_are_known()
    {
        Write("train/1triples/b.xml", Benchmark(Entry("City", "second")));
        Write("train/1triples/a.xml", Benchmark(Entry("Airport", "first")));
        Write("train/2triples/a.xml", Benchmark(Entry("Food", "third")));
        Write("train/readme.txt", "not XML");
        Write("test/testdata_no_lex.xml", Benchmark("""<entry category="City" eid="Id1" size="1"><modifiedtripleset><mtriple>a | b | c</mtriple></modifiedtripleset></entry>"""));
        Write("test/testdata_with_lex.xml", Benchmark(Entry("City", "seen") + Entry("Athlete", "unseen")));
        Assert.Equal(["first", "second", "third"], GenerationTasks.Load("webnlg", _folder, GenerationSplit.Train).Examples.Select(
            example => example.Text));
        var test = GenerationTasks.Load("webnlg", _folder, GenerationSplit.Test).Records;
        Assert.Equal([("seen", true), ("unseen", false)], test.Select(record => (record.References[0], record.IsSeen)));
        Assert.Contains("dev.json or dev", Assert.Throws<TaskFileNotFoundException>(
            () => GenerationTasks.Load("webnlg", _folder, GenerationSplit.Dev)).Message);
    }

    [Fact]
    public void A_folder_without_xml_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "dev"));
        Assert.Contains(".xml", Assert.Throws<TaskFileNotFoundException>(
            () => GenerationTasks.Load("webnlg", _folder, GenerationSplit.Dev)).Message);
    }

    [Theory]
    [InlineData("<benchmark>\n<entries>\n<entry></benchmark>", "line 3")]
    [InlineData("", "line")]
    [InlineData("<other/>", "line 1: expected <benchmark>")]
    [InlineData("<benchmark><entries>\n<entry/></entries></benchmark>", "line 2: expected an attribute 'category'")]
    [InlineData("<benchmark><entries>\n<entry category='City'/></entries></benchmark>", "line 2: expected <modifiedtripleset>")]
    [InlineData("<benchmark><entries><entry category='City'>\n<modifiedtripleset/></entry></entries></benchmark>", "line 2: expected "
        + "<mtriple>")]
    [InlineData("<benchmark><entries><entry category='City'><modifiedtripleset>\n\n<mtriple>a | "
        + "b</mtriple></modifiedtripleset></entry></entries></benchmark>", "line 3: expected 'subject | property | object', found 'a | b'")]
    [InlineData("<benchmark><entries><entry category='City'><modifiedtripleset><mtriple>a | b | c</mtriple></modifiedtripleset>\n<lex "
        + "comment='good'> </lex></entry></entries></benchmark>", "line 2: a <lex>")]
    [InlineData("<benchmark><entries/></benchmark>", "holds no entry")]
    [InlineData("<benchmark>\n&undefined;</benchmark>", "line 2")]
    public void A_malformed_file_is_named_with_its_line(string text, string named)
    {
        var file = Write("bad.xml", text);
        var message = Assert.Throws<TaskFileFormatException>(() => WebNlgReader.Read(file)).Message;
        Assert.Contains(file, message);
        Assert.Contains(named, message);
    }

    [Theory]
    [InlineData("<!DOCTYPE benchmark [<!ENTITY a 'text'>]>")]
    [InlineData("<!DOCTYPE benchmark [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>")]
    [InlineData("<!DOCTYPE benchmark SYSTEM 'outside.dtd'>")]
    public void Document_types_and_entities_are_refused(string declaration)
    {
        var file = Write("entities.xml", Benchmark(Entry("City", "&a;")).Replace("<benchmark>", "\n" + declaration + "<benchmark>"));
        var message = Assert.Throws<TaskFileFormatException>(() => WebNlgReader.Read(file)).Message;
        Assert.Contains("line 2", message);
        Assert.Contains("document types", message);
    }

    private static string Entry(string category, string text) =>
        $"""<entry category="{category}" eid="Id1" size="1"><modifiedtripleset><mtriple>a | b | c</mtriple></modifiedtripleset><lex comment="good" lid="Id1">{text}</lex></entry>""";

    private static string Benchmark(string entries) => $"""<?xml version="1.0" encoding="utf-8"?><benchmark><entries>{entries}</entries></benchmark>""";

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
