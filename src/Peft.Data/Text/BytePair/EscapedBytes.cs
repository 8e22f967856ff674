using System.Text;

namespace Peft.Data;

/// <summary>
/// Represents any bytes as a string: each byte that is not UTF-8 becomes an unpaired surrogate U+DC80 to U+DCFF (Python's
/// <c>surrogateescape</c>).
/// </summary>
internal static class EscapedBytes
{
    private const int Escape = 0xDC00;

    public static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> units = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(bytes, out var rune, out var width) == System.Buffers.OperationStatus.Done;
            if (isText)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
            }
            else
            {
                foreach (var value in bytes[..width]) text.Append((char)(Escape + value));
            }

            bytes = bytes[width..];
        }

        return text.ToString();
    }

    /// <summary>Writes the byte of an unpaired surrogate; returns 1.</summary>
    public static int Restore(char unit, Span<byte> bytes)
    {
        bytes[0] = (byte)(unit - Escape);
        return 1;
    }
}
