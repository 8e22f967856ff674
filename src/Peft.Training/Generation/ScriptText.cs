using System.Text.RegularExpressions;

namespace Peft.Training;

/// <summary>Texts as AdaMix's released decoding script hands them to the scorers of WebNLG and DART.</summary>
internal static partial class ScriptText
{
    /// <summary>Every character that is no letter, digit or underscore becomes a token of its own.</summary>
    /// <param name="text">A text.</param>
    /// <returns>Tokens divided by single blanks.</returns>
    public static string Separate(string text) =>
        string.Join(' ', NoWordCharacter().Replace(text, " $0 ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"\W")]
    private static partial Regex NoWordCharacter();
}
