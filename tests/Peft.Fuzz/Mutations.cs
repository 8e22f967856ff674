using System.Globalization;
using System.Text;

namespace Peft.Fuzz;

/// <summary>Changes of bytes and of texts.</summary>
internal static class Mutations
{
    private static readonly string[] s_numbers =
    [
        "0", "-1", "1", "255", "65536", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808",
        "18446744073709551615", "1e308", "1e999", "-0", "0.5", "1e-400", "99999999999999999999999999", "NaN",
    ];

    private static readonly string[] s_values =
    [
        "null", "true", "false", "[]", "{}", "\"\"", "0", "-1", "\"\\ud800\"", "[[[[[[]]]]]]", "{\"a\":{\"a\":{}}}", "\"\\u0000\"", "1e999",
        "\"../x\"", "\"😀\"", "[1,2,3]",
    ];

    /// <summary>A few changes of bytes.</summary>
    public static byte[] Bytes(Random random, byte[] content)
    {
        List<byte> bytes = [.. content];
        for (var change = random.Next(1, 6); change > 0; change--)
            Change(random, bytes);
        return [.. bytes];
    }

    /// <summary>A change of a text's numbers, JSON values, lines or bytes.</summary>
    public static byte[] Text(Random random, byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            text = random.Next(6) switch
            {
                0 => ReplaceRun(random, text, char.IsAsciiDigit, s_numbers),
                1 => ReplaceValue(random, text),
                2 => Lines(random, text),
                3 => Nest(random, text),
                4 => ReplaceRun(random, text, char.IsAsciiLetterOrDigit, s_values),
                _ => text,
            };
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        return random.Next(3) == 0 ? Bytes(random, bytes) : bytes;
    }

    private static void Change(Random random, List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 17), bytes.Count - at);
        switch (random.Next(7))
        {
            case 0 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                break;
            case 5:
                for (var i = 0; i < length; i++)
                    bytes[at + i] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                break;
            case 6 when random.Next(8) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    /// <summary>Another text for a run of characters of one kind.</summary>
    private static string ReplaceRun(Random random, string text, Func<char, bool> belongs, string[] others)
    {
        if (text.Length == 0)
            return text;
        var at = random.Next(text.Length);
        while (at < text.Length && !belongs(text[at]))
            at++;
        var end = at;
        while (end < text.Length && belongs(text[end]))
            end++;
        return string.Concat(text.AsSpan(0, at), others[random.Next(others.Length)], text.AsSpan(end));
    }

    /// <summary>Another value after a colon or comma.</summary>
    private static string ReplaceValue(Random random, string text)
    {
        if (text.Length == 0)
            return text;
        var at = text.IndexOfAny([':', ',', '['], random.Next(text.Length));
        if (at < 0)
            return text;
        var end = text.IndexOfAny([',', '}', ']'], at + 1);
        return end < 0 ? text : string.Concat(text.AsSpan(0, at + 1), s_values[random.Next(s_values.Length)], text.AsSpan(end));
    }

    private static string Lines(Random random, string text)
    {
        List<string> lines = [.. text.Split('\n')];
        var (from, to) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(4))
        {
            case 0:
                lines.RemoveAt(from);
                break;
            case 1:
                lines.Insert(to, lines[from]);
                break;
            case 2:
                (lines[from], lines[to]) = (lines[to], lines[from]);
                break;
            default:
                lines[from] += (char)random.Next(1, 0x3000);
                break;
        }

        return string.Join('\n', lines);
    }

    private static string Nest(Random random, string text)
    {
        var depth = random.Next(20) == 0 ? 20_000 : random.Next(1, 80);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var at = random.Next(text.Length + 1);
        var many = new StringBuilder().Insert(0, open, depth).Append(random.Next(9).ToString(CultureInfo.InvariantCulture));
        many.Append(new StringBuilder().Insert(0, close, depth));
        return text.Insert(at, many.ToString());
    }
}
