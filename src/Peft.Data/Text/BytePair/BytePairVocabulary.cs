using System.Text;

namespace Peft.Data;

/// <summary>Tokens, ids, merges and the token of each byte.</summary>
internal sealed class BytePairVocabulary
{
    private readonly string[] _tokens;
    private readonly byte[][] _spelt;
    private readonly Dictionary<string, int> _ids;
    private readonly int[] _byteIds = new int[256];

    /// <param name="vocabulary">The tokens.</param>
    /// <param name="merges">The merges in order.</param>
    /// <param name="options">The rules: the token of bytes that are missing in the vocabulary, if any, and the added tokens.</param>
    /// <param name="source">The file, for messages.</param>
    public BytePairVocabulary(VocabularyTokens vocabulary, IReadOnlyList<MergePair> merges, BytePairOptions options, string source)
    {
        if (vocabulary.Tokens.Count == 0)
            throw new VocabularyException($"{source}: the vocabulary is empty. Expected an object of token: id (vocab.json) or "
                + "model.vocab (tokenizer.json).");
        _tokens = [.. vocabulary.Tokens];
        _spelt = Array.ConvertAll(_tokens, ByteAlphabet.BytesOf);
        _ids = new Dictionary<string, int>(_tokens.Length, StringComparer.Ordinal);
        for (var id = 0; id < _tokens.Length; id++)
        {
            if (!_ids.TryAdd(_tokens[id], id))
                throw new VocabularyException(
                    $"{source}: token '{Excerpt.Cut(_tokens[id])}' stands twice, as id {_ids[_tokens[id]]} and as id {id}. Each token "
                        + "may have one id.");
        }

        Merges = new BytePairMerges(merges, IdOf);
        // An added token stands for its own text, unless words are also split into it: then it is in the encoding of bytes.
        var learned = merges.Select(merge => merge.Left + merge.Right).ToHashSet(StringComparer.Ordinal);
        foreach (var token in options.AddedTokens.Select(token => token.Content))
        {
            if (token.Length > 1 && !learned.Contains(token) && IdOf(token) is { } id) _spelt[id] = Encoding.UTF8.GetBytes(token);
        }

        var unknown = options.UnknownToken is null ? null : IdOf(options.UnknownToken);
        for (var value = 0; value < _byteIds.Length; value++)
        {
            var letter = ByteAlphabet.LetterOf((byte)value).ToString();
            _byteIds[value] = IdOf(letter) ?? unknown ?? throw new VocabularyException(
                $"{source}: the vocabulary lacks byte 0x{value:X2} (token '{letter}') and there is no unknown token to stand for it. "
                + "A byte-level vocabulary has a token for each of the 256 bytes.");
        }
    }

    public BytePairMerges Merges { get; }

    public int Count => _tokens.Length;

    public int IdOfByte(byte value) => _byteIds[value];

    public string TokenOf(int id) => _tokens[Checked(id)];

    /// <summary>The bytes that a token stands for.</summary>
    public ReadOnlySpan<byte> BytesOf(int id) => _spelt[Checked(id)];

    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    private int Checked(int id) => (uint)id < (uint)_tokens.Length ? id : throw new UnknownTokenIdException(id, _tokens.Length);
}
