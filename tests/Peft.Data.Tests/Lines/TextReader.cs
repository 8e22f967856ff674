using System.Security;
using System.Text.Json;

namespace Peft.Data.Tests;

/// <summary>A reader of files under one name: how texts are written in its format, and which texts it gives.</summary>
internal sealed class TextReader(string name, string folder)
{
    private static readonly Dictionary<string, (string File, string First, Func<string, string> Row, string Last)> s_formats = new()
    {
        ["sst2"] = ("train.tsv", "sentence\tlabel\n", text => $"{text}\t1\n", ""),
        ["cola"] = ("train.tsv", "", text => $"gj04\t1\t\t{text}\n", ""),
        ["mrpc"] = ("train.tsv", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n", text => $"1\t2\t3\t{text}\tother\n", ""),
        ["mrpc-release"] = (
            "msr_paraphrase_train.txt", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n", text => $"1\t2\t3\t{text}\tother\n", ""),
        ["qqp"] = ("train.tsv", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n", text => $"0\t1\t2\t{text}\tother\t0\n", ""),
        ["stsb"] = ("train.tsv", "index\tsentence1\tsentence2\tscore\n", text => $"0\t{text}\tother\t2.5\n", ""),
        ["e2e"] = ("train.txt", "", text => $"name : X||{text}\n", ""),
        ["e2e-csv"] = ("trainset.csv", "mr,ref\n", text => $"name[X],{text}\n", ""),
        ["e2e-csv-quoted"] = ("trainset.csv", "mr,ref\n", text => $"\"name[X]\",\"{text}\"\n", ""),
        ["webnlg"] = ("train.json", "{\"entries\":[\n", text => $$$"""{"1":{"category":"City","lexicalisations":[{"comment":"good","lex":{{{Json(text)}}}}],"modifiedtripleset":[{"subject":"A","property":"b","object":"C"}]}},""" + "\n", "{}]}\n"),
        ["webnlg-xml"] = ("train/a.xml", "<benchmark><entries>\n", text => $"""<entry category="City"><modifiedtripleset><mtriple>a | b | c</mtriple></modifiedtripleset><lex comment="good">{Xml(text)}</lex></entry>""" + "\n", "</entries></benchmark>\n"),
        ["dart"] = ("dart-v1.1.1-full-train.json", "[\n", text => $$"""{"tripleset":[["a","b","c"]],"annotations":[{"text":{{Json(text)}}}]},""" + "\n", "{}]\n"),
        ["text"] = ("train.txt", "", text => $"{text}\n", ""),
        ["hypotheses"] = ("hyp", "", text => $"{text}\n", ""),
        ["references"] = ("ref", "", text => $"{text}\n", ""),
        ["records"] = ("ref", "", text => $"{text}\nanother\n\n", ""),
        ["words"] = ("words", "", text => $"{text}\n", ""),
    };

    public static IEnumerable<string> Names => s_formats.Keys;

    public string File => Path.Combine(folder, s_formats[name].File);

    public static bool IsTagged(string name) => name is "webnlg" or "dart" or "webnlg-xml";

    /// <summary>The file's content. The last element of a list in JSON is an empty object, which tests skip.</summary>
    public string Format(IEnumerable<string> texts) =>
        s_formats[name].First + string.Concat(texts.Select(s_formats[name].Row)) + s_formats[name].Last;

    /// <summary>Writes a file and the files beside it that its reader needs.</summary>
    public TextReader Write(string content, int texts = 1)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, content);
        var other = string.Concat(Enumerable.Range(0, texts).Select(number => $"other {number}\n"));
        if (name is "hypotheses" or "records" or "references")
            System.IO.File.WriteAllText(Path.Combine(folder, name == "hypotheses" ? "ref" : "hyp"), other);
        return this;
    }

    public (IReadOnlyList<string> Texts, SkippedRows? Skipped) Read(bool skip) => name switch
    {
        "hypotheses" or "references" => Corpus(skip, ReferenceLayout.Lines),
        "records" => Corpus(skip, ReferenceLayout.Auto),
        "words" => ([.. CorpusReader.ReadWords(File)], null),
        "text" or "e2e" or "e2e-csv" or "e2e-csv-quoted" or "webnlg" or "webnlg-xml" or "dart" => Generation(skip),
        _ => Glue(skip),
    };

    private (IReadOnlyList<string> Texts, SkippedRows? Skipped) Corpus(bool skip, ReferenceLayout layout)
    {
        var (corpus, skipped) = CorpusReader.Read(Path.Combine(folder, "hyp"), [Path.Combine(folder, "ref")], layout, skip);
        return ([.. corpus.Records.Select(record => name == "hypotheses" ? record.Hypothesis : record.References[0])], skipped);
    }

    private (IReadOnlyList<string> Texts, SkippedRows? Skipped) Generation(bool skip)
    {
        var set = GenerationTasks.Load(name.Split('-')[0], folder, GenerationSplit.Train, skip);
        return ([.. set.Examples.Select(example => example.Text)], set.Skipped.SingleOrDefault());
    }

    private (IReadOnlyList<string> Texts, SkippedRows? Skipped) Glue(bool skip)
    {
        var options = new TaskLoadOptions { DevFile = s_formats[name].File, SkipMalformedRows = skip };
        var train = TaskData.Load(name.Split('-')[0], folder, options).Train;
        return ([.. train.Examples.Select(example => example.Text)], train.Skipped);
    }

    private static string Json(string text) => JsonSerializer.Serialize(text);

    /// <summary>XML reads a CR as LF unless it is written as a reference.</summary>
    private static string Xml(string text) => SecurityElement.Escape(text).Replace("\r", "&#13;", StringComparison.Ordinal);
}
