namespace Peft.Data;

/// <summary>Tokens and ids, and the greedy longest match of a word against them.</summary>
internal sealed class WordPieceVocabulary
{
    private const string ContinuationPrefix = "##";
    private readonly string[] tokens;
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> beginnings;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> continuations;
    private readonly int longestBeginning;
    private readonly int longestContinuation;

    public WordPieceVocabulary(IReadOnlyList<string> vocabulary, string source)
    {
        if (vocabulary.Count == 0)
            throw new VocabularyException($"{source}: the vocabulary is empty. Expected one token per line (vocab.txt) or model.vocab "
                + "(tokenizer.json).");
        tokens = [.. vocabulary];
        ids = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        var continuing = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
        {
            var token = tokens[id];
            if (token.Length == 0) throw new VocabularyException(
                $"{source}: token {id} (line {id + 1} of a vocab.txt) is empty. Remove the empty line.");
            if (!ids.TryAdd(token, id))
                throw new VocabularyException(
                    $"{source}: token '{token}' stands twice, as id {ids[token]} and as id {id}. Each token may have one id.");
            longestBeginning = Math.Max(longestBeginning, token.Length);
            if (token.Length <= ContinuationPrefix.Length || !token.StartsWith(ContinuationPrefix, StringComparison.Ordinal)) continue;
            continuing.Add(token[ContinuationPrefix.Length..], id);
            longestContinuation = Math.Max(longestContinuation, token.Length - ContinuationPrefix.Length);
        }

        beginnings = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        continuations = continuing.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => tokens.Length;

    public string TokenOf(int id) => (uint)id < (uint)tokens.Length ? tokens[id] : throw new UnknownTokenIdException(id, tokens.Length);

    public int? IdOf(ReadOnlySpan<char> token) => beginnings.TryGetValue(token, out var id) ? id : null;

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
            var (lookup, longest) = start == 0 ? (beginnings, longestBeginning) : (continuations, longestContinuation);
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
