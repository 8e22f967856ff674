using System.Text;

namespace Peft.Data;

/// <summary>A step of normalisation: reads one text and appends its normalised form to another.</summary>
internal delegate void NormalizerStep(OriginText from, OriginText to);

/// <summary>The steps of normalisation that Unigram tokenizers have.</summary>
internal static class NormalizerSteps
{
    /// <summary>Replaces the longest sequences of a map, from the left, as sentencepiece does.</summary>
    public static NormalizerStep Map(CharacterMap map) => (from, to) =>
    {
        var text = from.Characters;
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)]; // an unpaired surrogate becomes U+FFFD, of three bytes
        var length = Encoding.UTF8.GetBytes(text, bytes);
        Span<char> form = stackalloc char[64];
        for (var (at, unit) = (0, 0); at < length;)
        {
            var matched = map.Longest(bytes.AsSpan(at, length - at), out var changed);
            if (matched == 0)
            {
                Rune.DecodeFromUtf8(bytes.AsSpan(at, length - at), out var rune, out var width);
                var same = rune.EncodeToUtf16(form);
                for (var i = 0; i < same; i++) to.Add(form[i], from[unit].Start, from[unit + same - 1].End);
                (at, unit) = (at + width, unit + same);
                continue;
            }

            var units = Encoding.UTF8.GetCharCount(bytes.AsSpan(at, matched));
            Append(changed, from[unit].Start, from[Math.Min(unit + units, text.Length) - 1].End, to);
            (at, unit) = (at + matched, unit + units);
        }
    };

    /// <summary>Removes control characters and makes every kind of blank a space, as <c>tokenizers</c>' step Nmt does.</summary>
    public static void Nmt(OriginText from, OriginText to)
    {
        for (var i = 0; i < from.Count; i++)
        {
            var character = from.Characters[i];
            var kept = character switch
            {
                (>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F' => '\0',
                '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F') or '\u2028' or '\u2029' or '\u2581'
                    or '\uFEFF' or '\uFFFD' => ' ',
                _ => character,
            };
            if (kept != '\0' || character == '\0') to.Add(kept, from[i].Start, from[i].End);
        }
    }

    private static void Append(ReadOnlySpan<byte> utf8, int start, int end, OriginText to)
    {
        Span<char> units = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var width);
            to.Add(units[..rune.EncodeToUtf16(units)], start, end);
            utf8 = utf8[width..];
        }
    }
}
