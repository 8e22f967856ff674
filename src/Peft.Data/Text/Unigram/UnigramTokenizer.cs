using System.Text;

namespace Peft.Data;

/// <summary>
/// XLM-RoBERTa's tokenizer: a text is normalised, blanks become marks, and the split into pieces with the largest sum of scores is taken
/// (Kudo 2018, "Subword Regularization"). Gives the ids of sentencepiece with XLM-RoBERTa's numbers: <c>&lt;s&gt;</c> 0,
/// <c>&lt;pad&gt;</c> 1, <c>&lt;/s&gt;</c> 2, <c>&lt;unk&gt;</c> 3, then the pieces, and <c>&lt;mask&gt;</c> last.
/// </summary>
public sealed class UnigramTokenizer : ITokenizer
{
    private readonly IReadOnlyList<string> _tokens;
    private readonly Dictionary<string, int> _ids;
    private readonly UnigramVocabulary _vocabulary;
    private readonly UnigramOptions _options;
    private readonly AddedTokenSet _added;
    private readonly HashSet<int> _specialIds;
    private readonly SequenceTemplate _single;
    private readonly SequenceTemplate _pair;
    private UnigramSplitter? _idle;

    /// <param name="tokens">All tokens by id.</param>
    /// <param name="scores">The scores of the pieces that a text may be split into, by id.</param>
    /// <param name="options">The rules.</param>
    /// <param name="source">The file, for messages.</param>
    internal UnigramTokenizer(
        VocabularyTokens tokens, IReadOnlyDictionary<int, float> scores, UnigramOptions options, string source)
    {
        (_options, _tokens) = (options, tokens.Tokens);
        _ids = new Dictionary<string, int>(_tokens.Count, StringComparer.Ordinal);
        for (var id = 0; id < _tokens.Count; id++) _ids.Add(_tokens[id], id);
        (UnknownId, ClsId, SepId) = (Special(options.UnknownToken, source), Special(options.ClassToken, source),
            Special(options.SeparatorToken, source));
        (PadId, MaskId) = (Special(options.PadToken, source), Special(options.MaskToken, source));
        var (first, last) = (options.ClassToken, options.SeparatorToken);
        _single = new SequenceTemplate(options.SingleTemplate ?? $"{first} $A {last}", 1, token => Special(token, source), source);
        _pair = new SequenceTemplate(
            options.PairTemplate ?? $"{first} $A {last} {last} $B {last}", 2, token => Special(token, source), source);
        var found = new Dictionary<int, AddedToken>();
        foreach (var token in (string[])[first, options.PadToken, last, options.UnknownToken])
            found[_ids[token]] = new AddedToken(token);
        found[MaskId] = new AddedToken(options.MaskToken) { StripLeft = true };
        _specialIds = [.. found.Keys];
        foreach (var token in options.AddedTokens) found[Special(token.Content, source)] = token;
        _specialIds.UnionWith(found.Where(token => token.Value.Special).Select(token => token.Key));
        _added = new AddedTokenSet(found, token => UnigramSplitter.Normalize(token, options));
        _vocabulary = new UnigramVocabulary(
            [.. scores.Where(pair => !found.ContainsKey(pair.Key)).Select(pair => (_tokens[pair.Key], pair.Key, pair.Value))], UnknownId);
    }

    /// <inheritdoc/>
    public int VocabularySize => _tokens.Count;

    /// <inheritdoc/>
    public int PadId { get; }

    /// <summary>Id of the first token of every sequence.</summary>
    public int ClsId { get; }

    /// <summary>Id of the token between and after texts.</summary>
    public int SepId { get; }

    /// <summary>Id of the mask token.</summary>
    public int MaskId { get; }

    /// <summary>Id of the token for what no piece covers.</summary>
    public int UnknownId { get; }

    /// <inheritdoc/>
    public int? ModelMaxLength => _options.ModelMaxLength;

    /// <summary>
    /// Loads a tokenizer from a folder or a file: <c>sentencepiece.bpe.model</c>, else <c>tokenizer.json</c> with a Unigram model. Added
    /// tokens and special tokens are read from the JSON files beside it.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="TokenizerFileNotFoundException">There is no such file.</exception>
    /// <exception cref="SentencePieceException">The file of sentencepiece cannot be read or is not supported.</exception>
    /// <exception cref="TokenizerConfigException">A JSON file cannot be read or is of another kind of tokenizer.</exception>
    /// <exception cref="VocabularyException">A token stands twice, or two files contradict each other.</exception>
    /// <exception cref="MissingSpecialTokenException">The vocabulary lacks a special token.</exception>
    public static UnigramTokenizer Load(string path) => UnigramLoader.Load(path);

    /// <inheritdoc/>
    public EncodedText Encode(string text, string? pair = null, int? maxLength = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var template = pair is null ? _single : _pair;
        if (maxLength < template.AddedCount || maxLength < 0) throw new MaxLengthTooSmallException(maxLength.Value, template.AddedCount);
        var room = maxLength is { } limit ? limit - template.AddedCount : int.MaxValue;
        var scratch = Interlocked.Exchange(ref _idle, null) ?? new UnigramSplitter(_vocabulary, _options, _added);
        scratch.Split(text, scratch.First);
        if (pair is not null) scratch.Split(pair, scratch.Second);
        else scratch.Second.Count = 0;
        var (first, second) = LongestFirst.Cut(scratch.First.Count, scratch.Second.Count, room);
        var encoding = template.Fill(scratch.First, first, scratch.Second, second);
        Volatile.Write(ref _idle, scratch);
        return encoding;
    }

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            var token = TokenOf(id);
            if (!_specialIds.Contains(id)) text.Append(token.Replace(UnigramSplitter.Mark, ' '));
            else if (!skipSpecialTokens) text.Append(token);
        }

        return _options.AddsPrefix && text.Length > 0 && text[0] == ' ' ? text.ToString(1, text.Length - 1) : text.ToString();
    }

    /// <inheritdoc/>
    public string TokenOf(int id) =>
        id >= 0 && id < _tokens.Count ? _tokens[id] : throw new UnknownTokenIdException(id, _tokens.Count);

    /// <inheritdoc/>
    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    private int Special(string token, string source) => _ids.TryGetValue(token, out var id) ? id : throw new MissingSpecialTokenException(
        $"{source}: the vocabulary lacks the special token '{Excerpt.Cut(token)}'. Add it, or name the token that stands for it in "
        + "tokenizer_config.json.");
}
