using System.Globalization;
using System.Text.Json;

namespace Peft.Data;

/// <summary>Values of files as messages show them: long ones are cut.</summary>
internal static class Excerpt
{
    /// <summary>The longest value that is shown whole.</summary>
    public const int Longest = 80;

    /// <summary>A text, cut if it is long.</summary>
    public static string Cut(string text)
    {
        if (text.Length <= Longest)
            return text;
        var end = char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
        return string.Create(CultureInfo.InvariantCulture, $"{text[..end]}…, {text.Length:N0} characters");
    }

    /// <summary>A text from outside, such as a hub's answer, as one short line that cannot change a terminal.</summary>
    public static string Line(string? text) => ControlCharacters.EscapeLine(Cut(text ?? ""));

    /// <summary>A value of JSON as the file writes it, cut if it is long.</summary>
    public static string Cut(JsonElement value) => Cut(value.GetRawText().ReplaceLineEndings(" "));
}
