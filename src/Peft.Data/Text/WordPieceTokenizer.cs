using System.Text;

namespace Peft.Data;

/// <summary>
/// BERT's tokenizer: text is cleaned, optionally lower-cased and stripped of accents, and split at blanks and punctuation. Each word is
/// then split by greedy longest match against the vocabulary. Gives the same ids as Hugging Face's <c>BertTokenizer</c>.
/// </summary>
public sealed class WordPieceTokenizer : ITokenizer
{
    private readonly WordPieceVocabulary _vocabulary;
    private readonly WordPieceOptions _options;
    private readonly HashSet<int> _specialIds;
    private readonly AddedTokenSet _added;
    private WordPieceSplitter? _idleSplitter;

    /// <summary>Creates a tokenizer from a vocabulary.</summary>
    /// <param name="vocabulary">The tokens, each at the index of its id; pieces inside a word start with <c>##</c>.</param>
    /// <param name="options">The rules; <see langword="null"/>: BERT's uncased ones.</param>
    /// <exception cref="VocabularyException">The vocabulary is empty or repeats a token.</exception>
    /// <exception cref="MissingSpecialTokenException">The vocabulary lacks a special token that <paramref name="options"/>
    /// name.</exception>
    public WordPieceTokenizer(IReadOnlyList<string> vocabulary, WordPieceOptions? options = null)
        : this(
            new WordPieceVocabulary(VocabularyTokens.FromModel(vocabulary), "The vocabulary given"), options ?? new WordPieceOptions(),
            "The vocabulary given") { }

    internal WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceOptions options, string source)
    {
        _vocabulary = vocabulary;
        _options = options;
        UnknownId = Special(options.UnknownToken, source);
        ClsId = Special(options.ClassToken, source);
        SepId = Special(options.SeparatorToken, source);
        PadId = Special(options.PadToken, source);
        MaskId = Special(options.MaskToken, source);
        var added = new Dictionary<int, AddedToken>();
        string[] named = [options.UnknownToken, options.ClassToken, options.SeparatorToken, options.PadToken, options.MaskToken];
        foreach (var token in named) added[Special(token, source)] = new AddedToken(token);
        _specialIds = [.. added.Keys];
        foreach (var token in options.AddedTokens) added[Special(token.Content, source)] = token;
        _specialIds.UnionWith(added.Where(token => token.Value.Special).Select(token => token.Key));
        _added = new AddedTokenSet(added, new WordPieceNormalizer(options).Normalized);
    }

    /// <inheritdoc/>
    public int VocabularySize => _vocabulary.Count;

    /// <inheritdoc/>
    public int PadId { get; }

    /// <summary>Id of the first token of every sequence.</summary>
    public int ClsId { get; }

    /// <summary>Id of the token after each text.</summary>
    public int SepId { get; }

    /// <summary>Id of the mask token.</summary>
    public int MaskId { get; }

    /// <summary>Id of the unknown token.</summary>
    public int UnknownId { get; }

    /// <inheritdoc/>
    public int? ModelMaxLength => _options.ModelMaxLength;

    /// <summary>The rules in use.</summary>
    public WordPieceOptions Options => _options;

    /// <summary>
    /// Loads a tokenizer from a folder, a <c>vocab.txt</c> or a <c>tokenizer.json</c>. Ids come from these and from the lists of added
    /// tokens beside them: <c>added_tokens.json</c>, and <c>added_tokens_decoder</c> in <c>tokenizer_config.json</c>. If
    /// <paramref name="options"/> is <see langword="null"/>, the rules come from <c>tokenizer_config.json</c> and
    /// <c>special_tokens_map.json</c>, else from <c>tokenizer.json</c>, else they are BERT's uncased defaults.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">Rules that replace those in the files.</param>
    /// <exception cref="TokenizerFileNotFoundException">There is no tokenizer file.</exception>
    /// <exception cref="TokenizerConfigException">A JSON file cannot be read or is of another kind of tokenizer.</exception>
    /// <exception cref="VocabularyException">The vocabulary is empty, repeats a token, has gaps or is not UTF-8, or two files contradict
    /// each other.</exception>
    /// <exception cref="MissingSpecialTokenException">The vocabulary lacks a special token.</exception>
    public static WordPieceTokenizer Load(string path, WordPieceOptions? options = null) => WordPieceLoader.Load(path, options);

    /// <inheritdoc/>
    public EncodedText Encode(string text, string? pair = null, int? maxLength = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var added = pair is null ? 2 : 3;
        if (maxLength < added) throw new MaxLengthTooSmallException(maxLength.Value, added);
        var room = maxLength is { } limit ? limit - added : int.MaxValue;
        // The memory of one splitter is reused; a second concurrent thread creates its own.
        var scratch = Interlocked.Exchange(ref _idleSplitter, null) ?? new WordPieceSplitter(_vocabulary, _options, _added, UnknownId);
        scratch.Split(text, scratch.First, room);
        if (pair is not null) scratch.Split(pair, scratch.Second, room);
        else scratch.Second.Count = 0;
        var (first, second) = LongestFirst.Cut(scratch.First.Count, scratch.Second.Count, room);
        var encoding = new EncodedText(first + second + added);
        encoding.SetAdded(0, ClsId, 0);
        encoding.SetText(1, scratch.First, first, typeId: 0, text: 0);
        encoding.SetAdded(first + 1, SepId, 0);
        if (pair is not null)
        {
            encoding.SetText(first + 2, scratch.Second, second, typeId: 1, text: 1);
            encoding.SetAdded(first + second + 2, SepId, 1);
        }

        Volatile.Write(ref _idleSplitter, scratch);
        return encoding;
    }

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            var token = _vocabulary.TokenOf(id);
            if (skipSpecialTokens && _specialIds.Contains(id)) continue;
            if (text.Length > 0 && token.StartsWith("##", StringComparison.Ordinal)) text.Append(token, 2, token.Length - 2);
            else text.Append(text.Length > 0 ? " " : "").Append(token);
        }

        return text.Replace(" .", ".").Replace(" ?", "?").Replace(" !", "!").Replace(" ,", ",").Replace(" ' ", "'").Replace(" n't", "n't")
            .Replace(" 'm", "'m").Replace(" 's", "'s").Replace(" 've", "'ve").Replace(" 're", "'re").ToString();
    }

    /// <inheritdoc/>
    public string TokenOf(int id) => _vocabulary.TokenOf(id);

    /// <inheritdoc/>
    public int? IdOf(string token) => _vocabulary.IdOf(token);

    private int Special(string token, string source) => _vocabulary.IdOf(token) ?? throw new MissingSpecialTokenException(
        $"{source}: the vocabulary lacks the special token '{Excerpt.Cut(token)}'. "
        + "Add it, or name the token that stands for it in tokenizer_config.json or WordPieceOptions.");
}
