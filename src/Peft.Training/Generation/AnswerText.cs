namespace Peft.Training;

/// <summary>
/// Cuts the text of the tokens so far into pieces that later tokens do not change. The pieces concatenated are the answer.
/// </summary>
/// <param name="stops">Texts that end the answer and are not part of it.</param>
/// <param name="keepsBlanks">Whether blanks at the start and end belong to the answer.</param>
internal sealed class AnswerText(IReadOnlyList<string> stops, bool keepsBlanks)
{
    /// <summary>The character that tokenizers decode invalid UTF-8 to, such as the first bytes of a character.</summary>
    private const char Incomplete = '\uFFFD';

    private int _written;

    /// <summary>Whether a text that ends the answer was found.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The next piece.</summary>
    /// <param name="decoded">The text of all tokens so far.</param>
    /// <param name="isWhole">Whether there are no more tokens.</param>
    /// <returns>The piece; empty if all that is new may still change.</returns>
    public string Next(string decoded, bool isWhole)
    {
        var end = !isWhole && decoded.EndsWith(Incomplete) ? decoded.Length - 1 : decoded.Length;
        var found = stops.Select(stop => decoded.AsSpan(0, end).IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).ToList();
        IsStopped = found.Count > 0;
        isWhole |= IsStopped;
        end = IsStopped ? found.Min() : isWhole ? end : end - BeginningOfStop(decoded.AsSpan(0, end));
        var start = keepsBlanks ? 0 : decoded.Length - decoded.AsSpan().TrimStart().Length;
        if (!keepsBlanks)
            end = decoded.AsSpan(0, end).TrimEnd().Length;
        var from = Math.Max(start, _written);
        if (end <= from)
            return "";
        _written = end;
        return decoded[from..end];
    }

    /// <summary>The length of the longest suffix of the text that is a prefix of a stop.</summary>
    private int BeginningOfStop(ReadOnlySpan<char> text)
    {
        var longest = 0;
        foreach (var stop in stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.EndsWith(stop.AsSpan(0, length), StringComparison.Ordinal))
                    longest = length;
            }
        }

        return longest;
    }
}
