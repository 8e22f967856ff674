using Peft.Data.Unicode;

namespace Peft.Data;

/// <summary>
/// GPT-2's splitting pattern, <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>, as one pass from left to
/// right. Each character is read at most twice, for any text.
/// </summary>
internal static class WordScanner
{
    /// <summary>One past the last character of the word that begins at a position inside the text.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        var table = WordClassTable.Shared;
        if (text[start] == '\'' && Contraction(text[(start + 1)..]) is > 0 and var suffix) return start + 1 + suffix;
        var first = start;
        var kind = table.At(text, first, out var width);
        if (text[start] == ' ' && start + 1 < text.Length
            && table.At(text, start + 1, out var next) is not WordClass.Blank and var following)
            (first, kind, width) = (start + 1, following, next);
        var end = first + width;
        while (end < text.Length && table.At(text, end, out width) == kind) end += width;

        // The last of several blanks belongs to the next word: as its prefix if it is a space, as a separate word otherwise.
        return kind == WordClass.Blank && end < text.Length && end - start > 1 ? end - 1 : end;
    }

    /// <summary>Length of the contraction's letters after an apostrophe; 0 when there is none.</summary>
    private static int Contraction(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty) return 0;
        if (rest[0] is 's' or 't' or 'm' or 'd') return 1;
        return rest.Length > 1 && (rest[0], rest[1]) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 2 : 0;
    }
}
