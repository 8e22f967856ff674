namespace Peft.Data;

/// <summary>Reads hypotheses and references from text files.</summary>
internal static class CorpusReader
{
    /// <summary>Reads one corpus.</summary>
    /// <param name="hypothesisFile">One hypothesis on each line, UTF-8; an empty line is an empty hypothesis. Empty lines at the end
    /// are hypotheses as far as there are references for them.</param>
    /// <param name="referenceFiles">One file, or one for each set of references.</param>
    /// <param name="layout">The layout of the reference files.</param>
    /// <param name="skipMalformed">Whether records without a reference are left out, with their hypotheses, instead of being an
    /// error.</param>
    /// <returns>The corpus, and the records that were left out; null for none.</returns>
    /// <exception cref="CorpusFileNotFoundException">A file does not exist.</exception>
    /// <exception cref="CorpusEncodingException">A file is not UTF-8.</exception>
    /// <exception cref="EmptyCorpusException">A file is empty.</exception>
    /// <exception cref="CorpusSizeException">The numbers of hypotheses and records of references differ.</exception>
    /// <exception cref="MissingReferenceException">A record has no reference.</exception>
    /// <exception cref="MalformedCorpusException">More than half of the records have no reference.</exception>
    public static (GenerationCorpus Corpus, SkippedRows? Skipped) Read(
        string hypothesisFile, IReadOnlyList<string> referenceFiles, ReferenceLayout layout = ReferenceLayout.Auto,
        bool skipMalformed = false)
    {
        var hypotheses = Lines(hypothesisFile);
        if (referenceFiles.Count == 0)
            throw new EmptyCorpusException("the list of reference files");
        ReferenceRecords[] sets =
            [.. referenceFiles.Select(file => ReferenceRecords.Read(file, Lines(file), layout, referenceFiles.Count == 1))];
        // Empty lines at the end of a file are records only as far as another file has texts for them.
        var count = Math.Max(WithoutEmptyEnd(hypotheses).Count, sets.Max(set => set.Least));
        if (!skipMalformed && sets is [var only] && only.FirstMissing is >= 0 and var missing)
            throw new MissingReferenceException(missing + 1, only.Place(missing));
        foreach (var set in sets)
        {
            var (given, referenced) = (Math.Min(hypotheses.Count, count), Math.Min(set.Records.Count, count));
            if (given != referenced)
                throw new CorpusSizeException(hypothesisFile, given, set.File, referenced);
        }

        return Join(hypotheses, sets, count, string.Join(", ", referenceFiles), skipMalformed);
    }

    /// <summary>Reads a list of words, one per line.</summary>
    /// <param name="file">UTF-8 text.</param>
    /// <returns>The words in lower case.</returns>
    /// <exception cref="CorpusFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="CorpusEncodingException">The file is not UTF-8.</exception>
    /// <exception cref="EmptyCorpusException">The file is empty.</exception>
    public static IReadOnlySet<string> ReadWords(string file) =>
        Lines(file).Where(line => line.Length > 0).Select(PythonText.Lower).ToHashSet();

    /// <summary>The lines up to the last one with a text.</summary>
    internal static List<string> WithoutEmptyEnd(List<string> lines) => lines[..(lines.FindLastIndex(line => line.Length > 0) + 1)];

    private static (GenerationCorpus Corpus, SkippedRows? Skipped) Join(
        List<string> hypotheses, ReferenceRecords[] sets, int count, string files, bool skipMalformed)
    {
        var records = new List<GeneratedText>();
        var malformed = new MalformedRows(files, skipMalformed, "record");
        for (var index = 0; index < count; index++)
        {
            string[] references = [.. sets.SelectMany(set => set.Records[index])];
            if (references.Length > 0)
                records.Add(new GeneratedText(hypotheses[index], references));
            else if (skipMalformed)
                malformed.Skip(index + 1, new MissingReferenceException(index + 1, sets[0].Place(index)).Message);
            else
                throw new MissingReferenceException(index + 1, sets[0].Place(index));
        }

        return malformed.TooMany(records.Count) is { } problem
            ? throw new MalformedCorpusException(problem) : (new GenerationCorpus(records), malformed.Skipped);
    }

    /// <summary>Lines without leading and trailing white space.</summary>
    private static List<string> Lines(string file)
    {
        RegularFile.Check(file);
        if (!File.Exists(file))
            throw new CorpusFileNotFoundException(file);
        List<string> lines;
        try
        {
            lines = TextLines.Read(file).ConvertAll(PythonText.Strip);
        }
        catch (TextEncodingException problem)
        {
            throw new CorpusEncodingException(problem);
        }

        return lines.Any(line => line.Length > 0) ? lines : throw new EmptyCorpusException(file);
    }
}
