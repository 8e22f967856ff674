namespace Peft.Data;

/// <summary>
/// Reads <c>merges.txt</c> (<c>vocab.bpe</c>): two tokens a line, the earliest learned first, after an optional <c>#version</c>.
/// </summary>
internal static class MergesFile
{
    public static List<MergePair> Read(string path)
    {
        List<string> lines;
        try
        {
            lines = TextLines.ReadVocabulary(path);
        }
        catch (TextEncodingException problem)
        {
            throw new MergesException($"{problem.Message} Expected two tokens a line.");
        }

        var merges = new List<MergePair>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            if (i == 0 && lines[i].StartsWith("#version", StringComparison.Ordinal)) continue;
            merges.Add(Parse(lines[i], $"{path}:{i + 1}"));
        }

        return merges;
    }

    /// <summary>Two tokens with one blank between them.</summary>
    public static MergePair Parse(string merge, string place)
    {
        var parts = merge.Split(' ');
        if (parts.Length == 2 && parts[0].Length > 0 && parts[1].Length > 0) return new MergePair(parts[0], parts[1], place);
        throw new MergesException($"{place}: expected two tokens with one blank between them, found '{Excerpt.Cut(merge)}'. Fetch the "
            + "file again or "
            + "correct the line.");
    }
}
