namespace Peft.Data;

/// <summary>Tokens and ids, and the greedy longest match of a word against them.</summary>
internal sealed class WordPieceVocabulary
{
    private const string ContinuationPrefix = "##";
    private readonly string[] _tokens;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _all;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _beginnings;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuations;
    private readonly int _longestBeginning;
    private readonly int _longestContinuation;

    public WordPieceVocabulary(VocabularyTokens vocabulary, string source)
    {
        if (vocabulary.Tokens.Count == 0)
            throw new VocabularyException($"{source}: the vocabulary is empty. Expected one token per line (vocab.txt) or model.vocab "
                + "(tokenizer.json).");
        _tokens = [.. vocabulary.Tokens];
        _ids = new Dictionary<string, int>(_tokens.Length, StringComparer.Ordinal);
        var beginning = new Dictionary<string, int>(_tokens.Length, StringComparer.Ordinal);
        var continuing = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < _tokens.Length; id++)
        {
            var token = _tokens[id];
            if (token.Length == 0) throw new VocabularyException(
                $"{source}: token {id} (line {id + 1} of a vocab.txt) is empty. Remove the empty line.");
            if (!_ids.TryAdd(token, id))
                throw new VocabularyException(
                    $"{source}: token '{Excerpt.Cut(token)}' stands twice, as id {_ids[token]} and as id {id}. Each token may have one "
                        + "id.");
            if (vocabulary.Outside.Contains(id)) continue;
            beginning.Add(token, id);
            _longestBeginning = Math.Max(_longestBeginning, token.Length);
            if (token.Length <= ContinuationPrefix.Length || !token.StartsWith(ContinuationPrefix, StringComparison.Ordinal)) continue;
            continuing.Add(token[ContinuationPrefix.Length..], id);
            _longestContinuation = Math.Max(_longestContinuation, token.Length - ContinuationPrefix.Length);
        }

        _all = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _beginnings = beginning.GetAlternateLookup<ReadOnlySpan<char>>();
        _continuations = continuing.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => _tokens.Length;

    public string TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : throw new UnknownTokenIdException(id, _tokens.Length);

    public int? IdOf(ReadOnlySpan<char> token) => _all.TryGetValue(token, out var id) ? id : null;

    /// <summary>
    /// Adds the pieces of a word to <paramref name="pieces"/>, with positions relative to the word's start. Returns false and adds nothing
    /// if the vocabulary cannot represent the word.
    /// </summary>
    public bool TrySplit(ReadOnlySpan<char> word, PieceList pieces)
    {
        var first = pieces.Count;
        var start = 0;
        while (start < word.Length)
        {
            var (lookup, longest) = start == 0 ? (_beginnings, _longestBeginning) : (_continuations, _longestContinuation);
            var length = Math.Min(word.Length - start, longest);
            int id;
            while (true)
            {
                if (length == 0)
                {
                    pieces.Count = first;
                    return false;
                }

                if (lookup.TryGetValue(word.Slice(start, length), out id)) break;
                length--;
            }

            pieces.Add(id, start, start + length);
            start += length;
        }

        return true;
    }
}
