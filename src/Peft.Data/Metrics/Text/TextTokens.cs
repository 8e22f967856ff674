using System.Text;
using System.Text.RegularExpressions;

namespace Peft.Data;

/// <summary>Tokenises texts for comparison.</summary>
internal static partial class TextTokens
{
    private static readonly (string From, string To)[] s_entities = [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")];

    /// <summary>The tokens of mteval-v13a as in e2e-metrics' Python, without lower-casing.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Tokens; an empty text gives one empty token, as in the script.</returns>
    public static string[] Mteval(string text) => PythonText.Strip(PythonSpaces().Replace(Separate(text), " ")).Split(' ');

    /// <summary>
    /// The tokens of mteval-v13a as in the Perl script multi-bleu-detok. It processes bytes, so only ASCII white space separates tokens.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <returns>Tokens, none of them empty.</returns>
    public static string[] MultiBleu(string text) =>
        AsciiSpaces().Replace(Separate(text), " ").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs of word characters, and every other character that is not white space alone: Python's <c>\w+|[^\w\s]</c>.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Tokens, none of them empty.</returns>
    public static string[] Words(string text)
    {
        var tokens = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (PythonText.IsWordCharacter(rune))
            {
                word.Append(rune);
                continue;
            }

            Close(word, tokens);
            if (!rune.IsBmp || !PythonText.IsWhiteSpace((char)rune.Value))
                tokens.Add(rune.ToString());
        }

        Close(word, tokens);
        return [.. tokens];
    }

    /// <summary>The tokens of <see cref="Words"/>, lower-cased first: for ROUGE-L, CIDEr and the BLEU of coco-caption.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Tokens, none of them empty.</returns>
    public static string[] LowerWords(string text) => Words(PythonText.Lower(text));

    /// <summary>Splits at white space.</summary>
    /// <param name="text">A tokenised text.</param>
    /// <returns>Tokens, none of them empty.</returns>
    public static string[] Spaced(string text) => PythonText.Split(text);

    /// <summary>Every letter lower-cased, as Python does it.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text in lower case.</returns>
    public static string Lower(string text) => PythonText.Lower(text);

    private static void Close(StringBuilder word, List<string> tokens)
    {
        if (word.Length == 0)
            return;
        tokens.Add(word.ToString());
        word.Clear();
    }

    /// <summary>
    /// mteval-v13a for Western languages: blanks around punctuation, but not around periods and commas inside numbers, hyphens and
    /// apostrophes.
    /// </summary>
    private static string Separate(string text)
    {
        text = text.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ');
        foreach (var (from, to) in s_entities)
            text = text.Replace(from, to, StringComparison.Ordinal);
        text = Punctuation().Replace($" {text} ", " $1 ");
        text = MarkAfterNonDigit().Replace(text, "$1 $2 ");
        text = MarkBeforeNonDigit().Replace(text, " $1 $2");
        return DashAfterDigit().Replace(text, "$1 $2 ");
    }

    // All of ASCII's punctuation except ' - . and the comma, and the blank.
    [GeneratedRegex(@"([{-~\[-` -&(-+:-@/])")] private static partial Regex Punctuation();

    [GeneratedRegex("([^0-9])([.,])")] private static partial Regex MarkAfterNonDigit();

    [GeneratedRegex("([.,])([^0-9])")] private static partial Regex MarkBeforeNonDigit();

    [GeneratedRegex("([0-9])(-)")] private static partial Regex DashAfterDigit();

    [GeneratedRegex(PythonText.WhiteSpacePattern + "+")] private static partial Regex PythonSpaces();

    [GeneratedRegex(@"[ \t\n\v\f\r]+")] private static partial Regex AsciiSpaces();
}
