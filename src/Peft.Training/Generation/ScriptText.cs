using System.Text.RegularExpressions;

namespace Peft.Training;

/// <summary>Formats texts as AdaMix's released decoding script passes them to the scorers of WebNLG and DART.</summary>
internal static partial class ScriptText
{
    /// <summary>Splits a text so that every character other than letters, digits and underscores is a token of its own.</summary>
    /// <param name="text">A text.</param>
    /// <returns>Tokens separated by single blanks.</returns>
    public static string Separate(string text) =>
        string.Join(' ', NoWordCharacter().Replace(text, " $0 ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"\W")]
    private static partial Regex NoWordCharacter();
}
