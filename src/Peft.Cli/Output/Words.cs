namespace Peft.Cli.Output;

/// <summary>Fits texts and names into a width without breaking words.</summary>
internal static class Words
{
    private const char Gap = '…';

    /// <summary>Breaks a text into lines at spaces, or behind commas and plus signs where a word alone is too long.</summary>
    /// <param name="text">The text; its line breaks stay.</param>
    /// <param name="width">The longest line.</param>
    /// <param name="indent">Spaces before every line but the first.</param>
    public static IEnumerable<string> Wrap(string text, int width, int indent = 0)
    {
        var margin = new string(' ', indent);
        foreach (var paragraph in text.Split('\n'))
        {
            var rest = paragraph.TrimStart(' ');
            var line = paragraph[..^rest.Length];
            foreach (var (word, isJoined) in rest.Split(' ').SelectMany(word => Pieces(word, width - indent)))
            {
                var isFirst = line.Trim().Length == 0;
                var longer = isFirst || isJoined ? line + word : $"{line} {word}";
                if (longer.Length <= width || isFirst)
                {
                    line = longer;
                    continue;
                }

                yield return line;
                line = margin + word;
            }

            yield return line;
        }
    }

    /// <summary>A command, indented; a backslash ends every line but the last, so that it can be copied into a shell.</summary>
    public static IEnumerable<string> WrapCommand(string command, int width)
    {
        const int Indent = 2;
        var lines = Wrap(new string(' ', Indent) + command, width - 2, 3 * Indent).ToList();
        return lines.Select((line, index) => index < lines.Count - 1 ? line + " \\" : line);
    }

    /// <summary>
    /// Shortens a name in the middle. Parts of a dotted name are left out whole, numbers last: <c>bert…layer.0…query</c>.
    /// </summary>
    public static string Shorten(string name, int width)
    {
        if (name.Length <= width)
            return name;
        var parts = name.Split('.');
        var kept = Enumerable.Repeat(true, parts.Length).ToArray();
        var middle = Enumerable.Range(1, Math.Max(0, parts.Length - 2)).OrderBy(index => parts[index].All(char.IsAsciiDigit));
        foreach (var index in middle)
        {
            kept[index] = false;
            if (Joined(parts, kept) is var shorter && shorter.Length <= width)
                return shorter;
        }

        var head = (width - 1) / 2;
        return width < 2 ? name[..Math.Max(0, width)] : name[..head] + Gap + name[^(width - 1 - head)..];
    }

    private static string Joined(string[] parts, bool[] kept)
    {
        var text = parts[0];
        for (var index = 1; index < parts.Length; index++)
        {
            if (kept[index])
                text += (kept[index - 1] ? '.' : Gap) + parts[index];
        }

        return text;
    }

    /// <summary>
    /// A word, or its parts behind commas and plus signs if it is longer than a line; parts but the first join the one before.
    /// </summary>
    private static IEnumerable<(string Text, bool IsJoined)> Pieces(string word, int width)
    {
        if (word.Length <= width)
        {
            yield return (word, false);
            yield break;
        }

        for (var start = 0; start < word.Length;)
        {
            var joint = word.AsSpan(start).IndexOfAny(',', '+');
            var end = joint < 0 ? word.Length : start + joint + 1;
            yield return (word[start..end], start > 0);
            start = end;
        }
    }
}
