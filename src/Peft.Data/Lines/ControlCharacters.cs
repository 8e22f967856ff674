using System.Globalization;
using System.Text;

namespace Peft.Data;

/// <summary>
/// Escapes control characters, which a terminal executes instead of displaying. Names and texts in files may contain any. The escapes are
/// those of JSON, so that escaped JSON is the same JSON.
/// </summary>
internal static class ControlCharacters
{
    /// <summary>A text of lines and tabs.</summary>
    public static string Escape(string text) => Escape(text, isLine: false);

    /// <summary>A text within a line, such as a name: line ends and tabs are escaped too.</summary>
    public static string EscapeLine(string text) => Escape(text, isLine: true);

    private static string Escape(string text, bool isLine)
    {
        var first = 0;
        while (first < text.Length && !IsEscaped(text, first, isLine))
            first++;
        if (first == text.Length)
            return text;
        var escaped = new StringBuilder(text, 0, first, text.Length + 16);
        for (var index = first; index < text.Length; index++)
        {
            if (IsEscaped(text, index, isLine))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[index]:x4}");
            else
                escaped.Append(text[index]);
        }

        return escaped.ToString();
    }

    private static bool IsEscaped(string text, int index, bool isLine) => text[index] switch
    {
        '\n' or '\t' => isLine,
        '\r' => isLine || index + 1 == text.Length || text[index + 1] != '\n',
        < ' ' or (>= '\u007f' and <= '\u009f') => true,
        // embeddings, overrides and isolates of the direction of writing, which show text in another order
        >= '\u202a' and <= '\u202e' or (>= '\u2066' and <= '\u2069') => true,
        _ => false,
    };
}
