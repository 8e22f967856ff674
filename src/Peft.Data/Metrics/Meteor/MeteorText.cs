using System.Text.RegularExpressions;

namespace Peft.Data;

/// <summary>
/// METEOR's English normalisation (<c>-norm</c>): separates punctuation, unifies quotes and dashes, and removes hyphens and the dots of
/// U.S.
/// </summary>
internal static partial class MeteorText
{
    /// <summary>Letters: Latin with accents, Cyrillic, phonetic extensions.</summary>
    private const string Letters =
        "A-Za-z\u0160\u017d\u0161\u017e\u0178\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e\u0400-\u0527\ua640-\ua66e\ua67e-\ua697\u1d00-\u1d7f";

    /// <summary>
    /// Abbreviations whose period does not end a sentence and so stays with them. METEOR uses a longer list from Moses; these are the usual
    /// titles.
    /// </summary>
    private static readonly HashSet<string> s_abbreviations =
        ["Capt", "Col", "Dr", "Gen", "Gov", "Hon", "Lt", "Messrs", "Mr", "Mrs", "Ms", "Prof", "Rev", "Sgt", "Sr", "St", "vs"];

    /// <summary>The same, if a number follows.</summary>
    private static readonly HashSet<string> s_numberAbbreviations = ["No", "pp"];

    public static string[] Tokens(string text)
    {
        var line = Other().Replace($" {text} ", " $1 ");
        line = Ellipsis().Replace(line, " $0 ");
        line = CommaBetweenWords().Replace(line, "$1 , $2");
        line = CommaAfterDigit().Replace(line, "$1 , $2");
        line = CommaBeforeDigit().Replace(line, "$1 , $2");
        line = SingleQuotes().Replace(line, "'");
        line = DoubleQuotes().Replace(line, " \" ");
        line = line.Replace('\u2013', '-').Replace("--", "-", StringComparison.Ordinal);
        line = Hyphen().Replace(line, "$1 $2");
        line = LoneApostrophe().Replace(line, "$1 ' $2");
        line = OpeningApostrophe().Replace(line, "$1 ' $2");
        line = ClosingApostrophe().Replace(line, "$1 ' $2");
        line = Contraction().Replace(line, "$1 '$2");
        line = Decade().Replace(line, "$1 '$2");
        var words = line.Split([' ', '\t', '\n', '\r', '\f'], StringSplitOptions.RemoveEmptyEntries);
        var tokens = words.SelectMany((word, index) => Dots(word, index + 1 < words.Length ? words[index + 1] : ""));
        return PythonText.Split(PythonText.Lower(string.Join(' ', tokens)));
    }

    /// <summary>A word that ends in a period, which either ends a sentence or belongs to the word.</summary>
    private static string[] Dots(string word, string following)
    {
        if (word.Length < 2 || word[^1] != '.' || word[^2] == '.')
            return [word];
        var stem = word[..^1];
        if (stem.Contains('.') && Letter().IsMatch(stem))
            return [word.Replace(".", "", StringComparison.Ordinal)];
        var isInitial = stem.Length == 1 && char.IsAsciiLetterUpper(stem[0]);
        var staysOn = isInitial || s_abbreviations.Contains(stem)
            || (following.Length > 0 && char.IsAsciiLetterLower(following[0]))
            || (s_numberAbbreviations.Contains(stem) && following.Length > 0 && char.IsAsciiDigit(following[0]));
        return staysOn ? [word] : [stem, "."];
    }

    [GeneratedRegex("([^0-9" + Letters + "\\s.'`,\\-\u2018\u2019])", RegexOptions.ECMAScript)] private static partial Regex Other();

    [GeneratedRegex(@"\.{2,}")] private static partial Regex Ellipsis();

    [GeneratedRegex("([^0-9]),([^0-9])")] private static partial Regex CommaBetweenWords();

    [GeneratedRegex("([0-9]),([^0-9])")] private static partial Regex CommaAfterDigit();

    [GeneratedRegex("([^0-9]),([0-9])")] private static partial Regex CommaBeforeDigit();

    [GeneratedRegex("[`\u2018\u2019]")] private static partial Regex SingleQuotes();

    [GeneratedRegex("[\u201c\u201d]|''")] private static partial Regex DoubleQuotes();

    [GeneratedRegex("([0-9" + Letters + ".])-([0-9" + Letters + "])")] private static partial Regex Hyphen();

    [GeneratedRegex("([^" + Letters + "])'([^" + Letters + "])")] private static partial Regex LoneApostrophe();

    [GeneratedRegex("([^0-9" + Letters + "])'([" + Letters + "])")] private static partial Regex OpeningApostrophe();

    [GeneratedRegex("([" + Letters + "])'([^" + Letters + "])")] private static partial Regex ClosingApostrophe();

    [GeneratedRegex("([" + Letters + "])'([" + Letters + "])")] private static partial Regex Contraction();

    [GeneratedRegex("([0-9])'(s)")] private static partial Regex Decade();

    [GeneratedRegex("[" + Letters + "]")] private static partial Regex Letter();
}
