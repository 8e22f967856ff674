using System.Globalization;
using System.Text;

namespace Peft.Data;

/// <summary>
/// White space, word characters and lower case as Python's strings define them, because most of the field's scripts are in Python.
/// </summary>
internal static class PythonText
{
    /// <summary>A pattern of the white space of Python's <c>\s</c>: .NET's and the four separators of ASCII.</summary>
    public const string WhiteSpacePattern = @"[\s\x1c-\x1f]";

    private const char CapitalDottedI = '\u0130';
    private const char CapitalSigma = '\u03a3';

    public static string Strip(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsWhiteSpace(text[start]))
            start++;
        while (end > start && IsWhiteSpace(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>Splits at white space; no part is empty.</summary>
    public static string[] Split(string text)
    {
        var words = new List<string>();
        var start = -1;
        for (var index = 0; index <= text.Length; index++)
        {
            var inside = index < text.Length && !IsWhiteSpace(text[index]);
            if (inside && start < 0)
                start = index;
            if (inside || start < 0)
                continue;
            words.Add(text[start..index]);
            start = -1;
        }

        return [.. words];
    }

    /// <summary>
    /// Full lower-casing. .NET maps each capital to one letter, but the dotted I becomes two, and the lower case of a sigma depends on its
    /// position.
    /// </summary>
    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.Contains(CapitalDottedI) && !text.Contains(CapitalSigma))
            return lower;
        var result = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == CapitalDottedI)
                result.Append("i\u0307");
            else if (text[index] == CapitalSigma)
                result.Append(EndsWord(text, index) ? '\u03c2' : '\u03c3');
            else
                result.Append(lower[index]);
        }

        return result.ToString();
    }

    public static bool IsWhiteSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    public static bool IsWordCharacter(Rune rune) => rune.Value == '_' || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>
    /// Whether a cased letter comes before and none after, ignoring accents and apostrophes, as in Unicode's Final_Sigma.
    /// </summary>
    private static bool EndsWord(string text, int index)
    {
        return IsCased(CasedBefore(text.AsSpan(0, index))) && !IsCased(CasedAfter(text.AsSpan(index + 1)));
    }

    /// <summary>The last character that is not ignored; NUL for none.</summary>
    private static Rune CasedBefore(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            Rune.DecodeLastFromUtf16(text, out var rune, out var length);
            if (!IsPassedOver(rune))
                return rune;
            text = text[..^length];
        }

        return default;
    }

    /// <summary>The first character that is not ignored; NUL for none.</summary>
    private static Rune CasedAfter(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsPassedOver(rune))
                return rune;
        }

        return default;
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || Rune.ToLowerInvariant(rune) != rune || Rune.ToUpperInvariant(rune) != rune;

    private static bool IsPassedOver(Rune rune) => "'.:\u00b7\u2018\u2019\u2024\u2027".Contains(rune.ToString(), StringComparison.Ordinal)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
