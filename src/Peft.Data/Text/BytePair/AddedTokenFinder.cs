namespace Peft.Data;

/// <summary>Finds added tokens in a text, with the blanks that they include.</summary>
internal sealed class AddedTokenFinder
{
    private readonly SpecialTokenFinder? _finder;
    private readonly IReadOnlyDictionary<int, AddedToken> _rules;

    public AddedTokenFinder(IReadOnlyDictionary<int, AddedToken> tokens)
    {
        _rules = tokens;
        if (tokens.Count > 0) _finder =
            new SpecialTokenFinder(tokens.ToDictionary(token => token.Value.Content, token => token.Key, StringComparer.Ordinal));
    }

    /// <summary>The first added token at or after a position; at the end of the text and without an id if there is none.</summary>
    public Found Next(string text, int position)
    {
        var search = position;
        while (_finder is not null)
        {
            var (start, length, id) = _finder.Next(text, search);
            if (length == 0) break;
            var (rule, end) = (_rules[id], start + length);
            if (rule.SingleWord && (IsWord(text, start - 1) || IsWord(text, end)))
            {
                search = start + 1;
                continue;
            }

            var (from, to) = (start, end);
            while (rule.StripLeft && from > position && Blanks.All.Contains(text[from - 1])) from--;
            while (rule.StripRight && to < text.Length && Blanks.All.Contains(text[to])) to++;
            return new Found(from, start, end, to, id);
        }

        return new Found(text.Length, text.Length, text.Length, text.Length, null);
    }

    private static bool IsWord(string text, int index) =>
        index >= 0 && index < text.Length && (char.IsLetterOrDigit(text[index]) || text[index] == '_');

    /// <summary>One match: the token's own characters, and the range of text that it covers.</summary>
    internal readonly record struct Found(int From, int Start, int End, int To, int? Id);
}
