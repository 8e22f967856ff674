using System.Globalization;
using System.Text;

namespace Peft.Data;

/// <summary>
/// Splits a plain text into words, as files of words and tags have them: white space separates words, and a run of letters, digits and
/// accents is a word, as is every other character. Apostrophes, hyphens and points between letters or digits belong to the word.
/// </summary>
public static class WordSplit
{
    /// <summary>Splits a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The characters of each word.</returns>
    public static IReadOnlyList<TextSpan> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<TextSpan>();
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            var rune = RuneAt(text, at, out var length);
            at += length;
            if (Rune.IsWhiteSpace(rune))
                continue;
            if (IsWord(rune))
                at = EndOfWord(text, at);
            words.Add(new TextSpan(start, at));
        }

        return words;
    }

    /// <summary>Whether a character is part of a longer word: a letter, digit or accent.</summary>
    internal static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.ConnectorPunctuation;

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length)
        {
            var rune = RuneAt(text, at, out var length);
            if (!IsWord(rune) && !IsInside(text, at, rune))
                break;
            at += length;
        }

        return at;
    }

    /// <summary>Whether a sign stands between two characters of words, as in <c>don't</c>, <c>e-mail</c> and <c>3.5</c>.</summary>
    private static bool IsInside(string text, int at, Rune rune) =>
        rune.Value is '\'' or '\u2019' or '-' or '.' && at + 1 < text.Length && IsWord(RuneAt(text, at + 1, out _));

    private static Rune RuneAt(string text, int at, out int length)
    {
        length = 1;
        if (!Rune.TryGetRuneAt(text, at, out var rune))
            return Rune.ReplacementChar; // an unpaired surrogate
        length = rune.Utf16SequenceLength;
        return rune;
    }
}
