using System.Buffers;

namespace Peft.Data;

/// <summary>
/// Finds added tokens in a text as Hugging Face's <c>tokenizers</c> does: the leftmost first, the longest of several at one place, without
/// overlaps. A token that is rejected by its rule for single words hides shorter ones inside it.
/// </summary>
internal sealed class AddedTokenFinder
{
    private readonly Dictionary<string, (int Id, AddedToken Rule)>.AlternateLookup<ReadOnlySpan<char>> _tokens;
    private readonly int[] _longestFirst;
    private readonly SearchValues<string> _search;

    /// <param name="tokens">The tokens, each with the text to search. Of several with the same text, the first counts.</param>
    public AddedTokenFinder(IEnumerable<(string Text, int Id, AddedToken Rule)> tokens)
    {
        var byText = new Dictionary<string, (int, AddedToken)>(StringComparer.Ordinal);
        foreach (var (text, id, rule) in tokens)
        {
            if (text.Length > 0) byText.TryAdd(text, (id, rule));
        }

        _tokens = byText.GetAlternateLookup<ReadOnlySpan<char>>();
        _longestFirst = [.. byText.Keys.Select(text => text.Length).Distinct().OrderDescending()];
        _search = SearchValues.Create([.. byText.Keys], StringComparison.Ordinal);
    }

    /// <summary>Whether there are tokens to find.</summary>
    public bool Any => _longestFirst.Length > 0;

    /// <summary>Splits a text into tokens and what is between them, lazily.</summary>
    public AddedTokenSegments Split(ReadOnlySpan<char> text) => new(this, text);

    /// <summary>Finds the next token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="search">Where to search; moves to the end of the token, without the blanks that it includes.</param>
    /// <param name="floor">The end of what is already covered: blanks before it are not included again.</param>
    /// <param name="found">The token and the range that it covers.</param>
    public bool TryNext(ReadOnlySpan<char> text, ref int search, int floor, out TextSegment found)
    {
        found = default;
        while (Any && text[search..].IndexOfAny(_search) is >= 0 and var distance)
        {
            var start = search + distance;
            var (length, id, rule) = LongestAt(text[start..]);
            var end = search = start + length;
            if (rule.SingleWord && (WordCharacters.Before(text, start) || WordCharacters.At(text, end))) continue;
            var from = start;
            if (rule.StripLeft)
            {
                while (from > 0 && WordCharacters.IsBlank(text, from - 1)) from--;
                from = Math.Min(start, Math.Max(from, floor));
            }

            while (rule.StripRight && end < text.Length && WordCharacters.IsBlank(text, end)) end++;
            found = new TextSegment(from, end, id);
            return true;
        }

        return false;
    }

    private (int Length, int Id, AddedToken Rule) LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var length in _longestFirst)
        {
            if (length <= text.Length && _tokens.TryGetValue(text[..length], out var token)) return (length, token.Id, token.Rule);
        }

        throw new InvalidOperationException("A token was found that is not in the table.");
    }
}
