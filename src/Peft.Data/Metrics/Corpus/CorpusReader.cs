using System.Text;

namespace Peft.Data;

/// <summary>The layout of a reference file.</summary>
public enum ReferenceLayout
{
    /// <summary>
    /// Detects the layout. Several files, or one without an empty line inside: <see cref="Lines"/>. One with empty lines:
    /// <see cref="Records"/>.
    /// </summary>
    Auto,

    /// <summary>
    /// One reference per line, for the hypothesis on the same line. An empty line means that the file has no reference for it.
    /// </summary>
    Lines,

    /// <summary>The layout of e2e-metrics: a hypothesis' references on consecutive lines, with an empty line between hypotheses.</summary>
    Records,
}

/// <summary>Reads hypotheses and references from text files.</summary>
internal static class CorpusReader
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads one corpus.</summary>
    /// <param name="hypothesisFile">One hypothesis on each line, UTF-8; an empty line is an empty hypothesis.</param>
    /// <param name="referenceFiles">One file, or one for each set of references.</param>
    /// <param name="layout">The layout of the reference files.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="CorpusFileNotFoundException">A file does not exist.</exception>
    /// <exception cref="CorpusEncodingException">A file is not UTF-8.</exception>
    /// <exception cref="EmptyCorpusException">A file is empty.</exception>
    /// <exception cref="CorpusSizeException">The numbers of hypotheses and records of references differ.</exception>
    /// <exception cref="MissingReferenceException">A record has no reference.</exception>
    public static GenerationCorpus Read(
        string hypothesisFile, IReadOnlyList<string> referenceFiles, ReferenceLayout layout = ReferenceLayout.Auto)
    {
        var hypotheses = Lines(hypothesisFile);
        if (referenceFiles.Count == 0)
            throw new EmptyCorpusException("the list of reference files");
        var references = new List<string>[hypotheses.Count];
        for (var index = 0; index < references.Length; index++)
            references[index] = [];
        foreach (var file in referenceFiles)
            Add(file, layout, referenceFiles.Count == 1, hypothesisFile, references);
        for (var index = 0; index < references.Length; index++)
        {
            if (references[index].Count == 0)
                throw new MissingReferenceException(index + 1, $"line {index + 1} of {string.Join(", ", referenceFiles)}");
        }

        return GenerationCorpus.From(hypotheses, references);
    }

    /// <summary>Reads a list of words, one per line.</summary>
    /// <param name="file">UTF-8 text.</param>
    /// <returns>The words in lower case.</returns>
    /// <exception cref="CorpusFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="CorpusEncodingException">The file is not UTF-8.</exception>
    /// <exception cref="EmptyCorpusException">The file is empty.</exception>
    public static IReadOnlySet<string> ReadWords(string file) =>
        Lines(file).Where(line => line.Length > 0).Select(PythonText.Lower).ToHashSet();

    private static void Add(string file, ReferenceLayout layout, bool alone, string hypothesisFile, List<string>[] references)
    {
        var lines = Lines(file);
        var texts = lines[..(lines.FindLastIndex(line => line.Length > 0) + 1)];
        var guessed = texts.Contains("") ? ReferenceLayout.Records : ReferenceLayout.Lines;
        var chosen = layout != ReferenceLayout.Auto ? layout : alone ? guessed : ReferenceLayout.Lines;
        // A set of references may end with empty lines (no references); in other files, empty lines at the end are ignored.
        var records = chosen == ReferenceLayout.Records
            ? Records(file, texts) : OnePerLine(layout == ReferenceLayout.Auto && alone ? texts : lines);
        if (records.Count != references.Length)
            throw new CorpusSizeException(hypothesisFile, references.Length, file, records.Count);
        for (var index = 0; index < references.Length; index++)
            references[index].AddRange(records[index]);
    }

    private static List<List<string>> OnePerLine(List<string> lines) =>
        [.. lines.Select(line => line.Length == 0 ? [] : new List<string> { line })];

    /// <summary>
    /// Groups lines between empty ones. Two consecutive empty lines give a record without references, as in e2e-metrics, which fails later.
    /// </summary>
    private static List<List<string>> Records(string file, List<string> lines)
    {
        var records = new List<List<string>> { new() };
        for (var index = 0; index < lines.Count; index++)
        {
            if (lines[index].Length > 0)
                records[^1].Add(lines[index]);
            else if (records[^1].Count == 0)
                throw new MissingReferenceException(records.Count, $"line {index + 1} of {file} is empty, and so is the record it ends");
            else
                records.Add([]);
        }

        return records;
    }

    /// <summary>Lines without leading and trailing white space.</summary>
    private static List<string> Lines(string file)
    {
        if (!File.Exists(file))
            throw new CorpusFileNotFoundException(file);
        List<string> lines;
        try
        {
            lines = [.. File.ReadLines(file, s_strict).Select(line => PythonText.Strip(line))];
        }
        catch (DecoderFallbackException problem)
        {
            throw new CorpusEncodingException(file, problem);
        }

        return lines.Any(line => line.Length > 0) ? lines : throw new EmptyCorpusException(file);
    }
}
