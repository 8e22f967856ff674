namespace Peft.Data;

/// <summary>
/// The added tokens of a tokenizer in two passes: first those in the text as it was given, then, in what is left, those in the normalised
/// text.
/// </summary>
internal sealed class AddedTokenSet
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _special;

    /// <param name="tokens">The tokens by id.</param>
    /// <param name="normalize">Normalises a token's text.</param>
    public AddedTokenSet(IReadOnlyDictionary<int, AddedToken> tokens, Func<string, string> normalize)
    {
        // The order of tokenizers, which decides between tokens whose normalised texts are equal.
        var ordered = tokens.OrderByDescending(token => token.Value.Special).ThenBy(token => token.Key).ToList();
        AsGiven = new AddedTokenFinder(ordered.Where(token => !token.Value.IsNormalized)
            .Select(token => (token.Value.Content, token.Key, token.Value)));
        Normalized = new AddedTokenFinder(ordered.Where(token => token.Value.IsNormalized)
            .Select(token => (normalize(token.Value.Content), token.Key, token.Value)));
        _special = ordered.Where(token => token.Value is { Special: true, SingleWord: false })
            .ToDictionary(token => token.Value.Content, token => token.Key, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The tokens of the first pass.</summary>
    public AddedTokenFinder AsGiven { get; }

    /// <summary>The tokens of the second pass.</summary>
    public AddedTokenFinder Normalized { get; }

    /// <summary>The id of a special token by its exact text, if its neighbours do not matter.</summary>
    public int? SpecialId(ReadOnlySpan<char> text) => _special.TryGetValue(text, out var id) ? id : null;
}
