namespace Peft.Data;

/// <summary>
/// Recognises UTF-16, with or without its byte-order mark. Without one, Latin text is valid UTF-8 with a NUL character beside every letter.
/// </summary>
internal static class Utf16Text
{
    private const int Looked = 4096;

    /// <summary>What to say about a text that is UTF-16; null for any other.</summary>
    /// <param name="start">The first bytes of the text.</param>
    public static string? Describe(ReadOnlySpan<byte> start)
    {
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return "begins with the byte-order mark of UTF-16; expected UTF-8. Convert it first: iconv -f UTF-16 -t UTF-8";
        var looked = start[..Math.Min(start.Length, Looked)];
        var (even, odd) = (0, 0);
        for (var index = 0; index < looked.Length; index++)
        {
            if (looked[index] == 0)
                _ = index % 2 == 0 ? even++ : odd++;
        }

        // Half of the bytes of Latin text, and the blanks and digits of other scripts.
        if (Math.Max(even, odd) * 8 < looked.Length || even * odd > 0 || looked.Length < 2)
            return null;
        var order = odd > 0 ? "LE" : "BE";
        return $"is UTF-16 without a byte-order mark; expected UTF-8. Convert it first: iconv -f UTF-16{order} -t UTF-8";
    }
}
