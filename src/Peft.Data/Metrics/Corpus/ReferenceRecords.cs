namespace Peft.Data;

/// <summary>The references of one file.</summary>
/// <param name="File">The file.</param>
/// <param name="Records">The references of each record; none where the file has none for it.</param>
/// <param name="Lines">The line, from 1, on which each record begins or, if it has no reference, is missing.</param>
/// <param name="Least">The number of records without those at the end that only empty lines make.</param>
internal sealed record ReferenceRecords(string File, List<List<string>> Records, List<int> Lines, int Least)
{
    /// <summary>Splits the lines of a file into records.</summary>
    /// <param name="file">The file.</param>
    /// <param name="lines">Its lines, without white space around them.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="alone">Whether it is the only file of references.</param>
    public static ReferenceRecords Read(string file, List<string> lines, ReferenceLayout layout, bool alone)
    {
        var texts = CorpusReader.WithoutEmptyEnd(lines);
        var isGrouped = layout == ReferenceLayout.Records || (layout == ReferenceLayout.Auto && alone && texts.Contains(""));
        if (isGrouped)
            return Group(file, texts);
        // A set of references may end with empty lines (no references); in a single file they are no records unless it is said so.
        var records = (layout == ReferenceLayout.Auto && alone ? texts : lines).ConvertAll(
            line => line.Length == 0 ? [] : new List<string> { line });
        return new ReferenceRecords(file, records, [.. Enumerable.Range(1, records.Count)], texts.Count);
    }

    /// <summary>The index of the first record without a reference that has others after it; -1 for none.</summary>
    public int FirstMissing => Records[..Least].FindIndex(references => references.Count == 0);

    /// <summary>Where a record is, for messages.</summary>
    public string Place(int record) => $"line {Lines[record]} of {File}";

    /// <summary>
    /// Groups lines between empty ones. Two consecutive empty lines give a record without references, as in e2e-metrics, which fails later.
    /// </summary>
    private static ReferenceRecords Group(string file, List<string> lines)
    {
        var (records, begins) = (new List<List<string>> { new() }, new List<int> { 1 });
        for (var index = 0; index < lines.Count; index++)
        {
            if (lines[index].Length > 0)
            {
                records[^1].Add(lines[index]);
                continue;
            }

            records.Add([]);
            begins.Add(index + 2);
        }

        return new ReferenceRecords(file, records, begins, records.Count);
    }
}
