using System.Globalization;
using System.Text;

namespace Peft.Data;

/// <summary>Texts of a hub's answers in messages.</summary>
internal static class HubText
{
    private const int Longest = 200;

    /// <summary>A text as a message can show it: shortened, with control characters escaped, so that it cannot change a terminal.</summary>
    /// <param name="text">The text; null if the answer has none.</param>
    /// <returns>One short line.</returns>
    public static string Show(string? text)
    {
        var line = new StringBuilder();
        foreach (var one in (text ?? "").AsSpan(0, Math.Min(text?.Length ?? 0, Longest)))
        {
            if (char.IsControl(one) || char.GetUnicodeCategory(one) is UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}");
            else
                line.Append(one);
        }

        return text?.Length > Longest ? line.Append("...").ToString() : line.ToString();
    }
}
