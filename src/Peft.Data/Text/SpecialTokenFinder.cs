using System.Buffers;

namespace Peft.Data;

/// <summary>Finds special tokens that are written in a text.</summary>
internal sealed class SpecialTokenFinder
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly string[] _longestFirst;
    private readonly SearchValues<string> _search;

    public SpecialTokenFinder(IReadOnlyDictionary<string, int> tokens)
    {
        _ids = new Dictionary<string, int>(tokens, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _longestFirst = [.. tokens.Keys.OrderByDescending(token => token.Length)];
        _search = SearchValues.Create(_longestFirst, StringComparison.Ordinal);
    }

    public bool Any => _longestFirst.Length > 0;

    public int? IdOf(ReadOnlySpan<char> token) => _ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>
    /// The first special token at or after a position, the longest one there; at the end of the text with length 0 if there is none.
    /// </summary>
    public (int Start, int Length, int Id) Next(string text, int position)
    {
        var found = text.AsSpan(position).IndexOfAny(_search);
        if (found < 0) return (text.Length, 0, -1);
        var start = position + found;
        var rest = text.AsSpan(start);
        foreach (var token in _longestFirst)
        {
            if (rest.StartsWith(token, StringComparison.Ordinal)) return (start, token.Length, IdOf(token)!.Value);
        }

        return (text.Length, 0, -1);
    }
}
