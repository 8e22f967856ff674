using System.Text.RegularExpressions;

namespace Peft.Data;

/// <summary>
/// Writes a text as one line. Peft's readers end a line at LF or CRLF only, but other programs also end it at CR, VT, FF, NEL, LS or PS, so
/// that none of them is written.
/// </summary>
internal static partial class OneLine
{
    /// <summary>The text with a blank for each line end.</summary>
    public static string Flatten(string text) => LineEnd().Replace(text, " ");

    /// <summary>The text with a blank for each line end and tab, as a column of a tab-separated line.</summary>
    public static string Column(string text) => Flatten(text).Replace('\t', ' ');

    [GeneratedRegex("\r\n|[\n\v\f\r\u0085\u2028\u2029]")]
    private static partial Regex LineEnd();
}
