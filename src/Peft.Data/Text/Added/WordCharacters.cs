using System.Buffers;
using System.Globalization;
using System.Text;
using Peft.Data.Unicode;

namespace Peft.Data;

/// <summary>
/// The characters beside an added token, by the classes <c>\w</c> and <c>\s</c> of the regular expressions that Hugging Face's
/// <c>tokenizers</c> uses.
/// </summary>
internal static class WordCharacters
{
    private const int NonJoiner = 0x200C, Joiner = 0x200D;

    /// <summary>Whether a word character stands directly before a position.</summary>
    public static bool Before(ReadOnlySpan<char> text, int position) =>
        Rune.DecodeLastFromUtf16(text[..position], out var rune, out _) == OperationStatus.Done && IsWord(rune);

    /// <summary>Whether a word character stands at a position.</summary>
    public static bool At(ReadOnlySpan<char> text, int position) =>
        Rune.DecodeFromUtf16(text[position..], out var rune, out _) == OperationStatus.Done && IsWord(rune);

    /// <summary>Whether the unit at a position is a blank; all blanks are in the basic plane.</summary>
    public static bool IsBlank(ReadOnlySpan<char> text, int position) => WordClassTable.Shared.At(text, position, out _) == WordClass.Blank;

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        // Letters in circles and squares are alphabetic, although their category is that of symbols.
        UnicodeCategory.OtherSymbol => rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
            or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        _ => rune.Value is NonJoiner or Joiner,
    };
}
