using System.Xml;
using System.Xml.Linq;

namespace Peft.Data;

/// <summary>Reads the WebNLG challenge's own XML: a benchmark of entries, each with modified triplesets and lexicalisations.</summary>
internal static class WebNlgXml
{
    /// <summary>WebNLG's own elements are six deep. LINQ to XML takes time quadratic in the depth.</summary>
    private const int MaxDepth = 64;

    /// <summary>Document type declarations are rejected, and so are all entities that a file could define or fetch.</summary>
    private static readonly XmlReaderSettings s_settings =
        new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true };

    /// <summary>Reads every entry of a file; one without a text marked as good has no references.</summary>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file has another format; the message names file and line.</exception>
    public static void Read(string file, List<GenerationRecord> records, MalformedRows malformed)
    {
        var root = Load(file).Root!;
        if (root.Name.LocalName != "benchmark" || root.Element("entries") is not { } entries)
            throw new TaskFileFormatException(
                $"{file}, line {LineOf(root)}: expected <benchmark> with <entries>, found <{Excerpt.Cut(root.Name.LocalName)}>.");
        foreach (var entry in entries.Elements("entry"))
            malformed.Try(LineOf(entry), () => records.Add(Entry(file, entry)));
    }

    private static GenerationRecord Entry(string file, XElement entry)
    {
        var category = entry.Attribute("category")?.Value
            ?? throw Malformed(file, entry, "expected an attribute 'category' of <entry>");
        var triples = entry.Element("modifiedtripleset") ?? throw Malformed(file, entry, "expected <modifiedtripleset> in <entry>");
        var context = string.Join(" | ", triples.Elements("mtriple").Select(triple => Triple(file, triple)));
        if (context.Length == 0)
            throw Malformed(file, triples, "expected <mtriple> in <modifiedtripleset>");
        string[] texts = [.. entry.Elements("lex").Where(IsGood).Select(lex => Text(file, lex))];
        return WebNlgReader.Record(context, texts, category);
    }

    private static XDocument Load(string file)
    {
        using var stream = TaskFile.Open(file, RegularFile.Open);
        try
        {
            CheckDepth(file, stream);
            stream.Position = 0;
            using var reader = XmlReader.Create(stream, s_settings);
            return XDocument.Load(reader, LoadOptions.SetLineInfo);
        }
        catch (XmlException problem)
        {
            // For a document type, the exception has no line.
            var line = problem.LineNumber > 0 ? problem.LineNumber : LineOfDocumentType(File.ReadAllText(file));
            throw new TaskFileFormatException(
                $"{file}, line {line}: is not XML without document types and entities of its own ({problem.Message.TrimEnd('.')}).",
                problem);
        }
    }

    private static void CheckDepth(string file, Stream stream)
    {
        using var reader = XmlReader.Create(stream, s_settings);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
                throw new TaskFileFormatException(
                    $"{file}, line {((IXmlLineInfo)reader).LineNumber}: elements are nested more than {MaxDepth} deep, which WebNLG's "
                    + "are not. Give the challenge's own file.");
        }
    }

    private static bool IsGood(XElement lex) => lex.Attribute("comment")?.Value == "good";

    private static string Text(string file, XElement lex) =>
        string.IsNullOrWhiteSpace(lex.Value) ? throw Malformed(file, lex, "a <lex> marked good is empty") : lex.Value.Trim();

    /// <summary>Converts "subject | property | object" to the JSON's form, with colons.</summary>
    private static string Triple(string file, XElement triple)
    {
        string[] parts = [.. triple.Value.Split(" | ", 3).Select(part => part.Trim())];
        return parts is [{ Length: > 0 } subject, { Length: > 0 } property, { Length: > 0 } value]
            ? $"{subject} : {property} : {value}"
            : throw Malformed(file, triple, $"expected 'subject | property | object', found '{Excerpt.Cut(triple.Value)}'");
    }

    private static TaskFileFormatException Malformed(string file, XElement at, string problem) =>
        new($"{file}, line {LineOf(at)}: {problem}. {MalformedRows.Advice}");

    private static int LineOf(XElement element) => ((IXmlLineInfo)element).LineNumber;

    private static int LineOfDocumentType(string text) =>
        1 + text.AsSpan(0, Math.Max(0, text.IndexOf("<!DOCTYPE", StringComparison.Ordinal))).Count('\n');
}
