using System.Buffers;

namespace Peft.Data;

/// <summary>
/// GPT-2's and RoBERTa's tokenizer: text is split into words by GPT-2's pattern, and each word's UTF-8 bytes are merged by learned rules.
/// Gives the same ids as Hugging Face's <c>GPT2Tokenizer</c> and <c>RobertaTokenizer</c>. Encoding is lossless: decoding restores the
/// bytes.
/// </summary>
/// <remarks>
/// An unpaired surrogate in a string has no UTF-8 encoding. It is encoded as U+FFFD, as .NET itself does. <see cref="EncodeUtf8"/>
/// preserves bytes that are not UTF-8.
/// </remarks>
public sealed class BytePairTokenizer : ITokenizer
{
    private readonly BytePairVocabulary _vocabulary;
    private readonly BytePairOptions _options;
    private readonly AddedTokenSet _addedTokens;
    private readonly HashSet<int> _specialIds;
    private readonly SequenceTemplate _single;
    private readonly SequenceTemplate _pairOfTexts;
    private BytePairSplitter? _idleSplitter;

    /// <summary>Creates a tokenizer from a vocabulary and merges.</summary>
    /// <param name="vocabulary">The tokens in GPT-2's encoding of bytes, each at the index of its id.</param>
    /// <param name="merges">Pairs of tokens to merge, earliest learned first.</param>
    /// <param name="options">The rules; <see langword="null"/>: RoBERTa's if the vocabulary has <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>,
    /// else GPT-2's.</param>
    /// <exception cref="VocabularyException">The vocabulary is empty, repeats a token or lacks a byte.</exception>
    /// <exception cref="UnknownMergeException">A merge's part or result is not in the vocabulary.</exception>
    /// <exception cref="MissingSpecialTokenException">The vocabulary lacks a special token that <paramref name="options"/>
    /// name.</exception>
    /// <exception cref="TokenizerConfigException">A template of the options cannot be read.</exception>
    public BytePairTokenizer(
        IReadOnlyList<string> vocabulary, IReadOnlyList<(string Left, string Right)> merges, BytePairOptions? options = null)
        : this(
            VocabularyTokens.FromModel(vocabulary),
            [.. merges.Select((merge, index) => new MergePair(merge.Left, merge.Right, $"The merges given, number {index + 1}"))],
            options ?? BytePairLoader.DefaultOptions(vocabulary), "The vocabulary given") { }

    internal BytePairTokenizer(VocabularyTokens tokens, IReadOnlyList<MergePair> merges, BytePairOptions options, string source)
    {
        _options = options;
        _vocabulary = new BytePairVocabulary(tokens, merges, options, source);
        int? Optional(string? token) => token is null ? null : Special(token, source);
        UnknownId = Optional(options.UnknownToken);
        ClsId = Optional(options.ClassToken);
        SepId = Optional(options.SeparatorToken);
        EndId = Optional(options.EndToken);
        MaskId = Optional(options.MaskToken);
        PadId = Optional(options.PadToken) ?? EndId ?? throw new MissingSpecialTokenException(
            $"{source}: there is no padding token. Name one in tokenizer_config.json or BytePairOptions.");
        _single = new SequenceTemplate(options.SingleTemplate, 1, token => Special(token, source), source);
        _pairOfTexts = new SequenceTemplate(options.PairTemplate, 2, token => Special(token, source), source);
        var found = new Dictionary<int, AddedToken>();
        string?[] named = [options.UnknownToken, options.ClassToken, options.SeparatorToken, options.EndToken, options.PadToken,
            options.MaskToken];
        foreach (var token in named.OfType<string>()) found[Special(token, source)] = new AddedToken(token);
        _specialIds = [.. found.Keys];
        foreach (var token in options.AddedTokens) found[Special(token.Content, source)] = token;
        _specialIds.UnionWith(found.Where(token => token.Value.Special).Select(token => token.Key));
        if (!options.SpecialTokensInText) found.Clear();
        // The model has no normaliser: both passes search the same text.
        _addedTokens = new AddedTokenSet(found, token => token);
    }

    /// <inheritdoc/>
    public int VocabularySize => _vocabulary.Count;

    /// <inheritdoc/>
    public int PadId { get; }

    /// <summary>Id of the first token of every sequence, if the model has one.</summary>
    public int? ClsId { get; }

    /// <summary>Id of the token between and after texts, if the model has one.</summary>
    public int? SepId { get; }

    /// <summary>Id of the token that ends a generated text.</summary>
    public int? EndId { get; }

    /// <summary>Id of the mask token, if the model has one.</summary>
    public int? MaskId { get; }

    /// <summary>Id of the token for bytes that are missing in the vocabulary, if there is one.</summary>
    public int? UnknownId { get; }

    /// <inheritdoc/>
    public int? ModelMaxLength => _options.ModelMaxLength;

    /// <summary>The rules in use.</summary>
    public BytePairOptions Options => _options;

    internal int CachedWords => _idleSplitter?.CachedWords ?? 0;

    /// <summary>
    /// Loads a tokenizer from a folder (<c>vocab.json</c> and <c>merges.txt</c>, or <c>encoder.json</c> and <c>vocab.bpe</c>, else
    /// <c>tokenizer.json</c>) or from one of these files. Ids come from these and from the lists of added tokens beside them:
    /// <c>added_tokens.json</c>, and <c>added_tokens_decoder</c> in <c>tokenizer_config.json</c>. If <paramref name="options"/> is
    /// <see langword="null"/>, the rules come from <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>, else from
    /// <c>tokenizer.json</c>. Otherwise they are RoBERTa's if the vocabulary has <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>, else GPT-2's.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">Rules that replace those in the files.</param>
    /// <exception cref="TokenizerFileNotFoundException">There is no tokenizer file, or one of two files is missing.</exception>
    /// <exception cref="TokenizerConfigException">A JSON file cannot be read or is of another kind of tokenizer.</exception>
    /// <exception cref="VocabularyException">The vocabulary is empty, repeats a token, has gaps or lacks a byte, or two files contradict
    /// each other.</exception>
    /// <exception cref="MergesException">A line of the merges is not two tokens.</exception>
    /// <exception cref="UnknownMergeException">A merge's part or result is not in the vocabulary.</exception>
    /// <exception cref="MissingSpecialTokenException">The vocabulary lacks a special token.</exception>
    public static BytePairTokenizer Load(string path, BytePairOptions? options = null) => BytePairLoader.Load(path, options);

    /// <inheritdoc/>
    public EncodedText Encode(string text, string? pair = null, int? maxLength = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var template = pair is null ? _single : _pairOfTexts;
        if (maxLength < template.AddedCount || maxLength < 0) throw new MaxLengthTooSmallException(maxLength.Value, template.AddedCount);
        var room = maxLength is { } limit ? limit - template.AddedCount : int.MaxValue;
        var scratch = Take();
        scratch.Split(text, scratch.First, room);
        if (pair is not null) scratch.Split(pair, scratch.Second, room);
        else scratch.Second.Count = 0;
        var (first, second) = LongestFirst.Cut(scratch.First.Count, scratch.Second.Count, room);
        var encoding = template.Fill(scratch.First, first, scratch.Second, second);
        Volatile.Write(ref _idleSplitter, scratch);
        return encoding;
    }

    /// <summary>Encodes any bytes, without adding or recognising tokens. <see cref="DecodeUtf8"/> restores the same bytes.</summary>
    /// <param name="bytes">Text in UTF-8. Bytes that are not UTF-8 are preserved, each as a character that is neither letter, number nor
    /// blank.</param>
    public int[] EncodeUtf8(ReadOnlySpan<byte> bytes)
    {
        var text = EscapedBytes.Escaped(bytes);
        var scratch = Take();
        scratch.First.Count = 0;
        scratch.SplitPlain(text, 0, scratch.First, int.MaxValue, escaped: true);
        var ids = new int[scratch.First.Count];
        for (var i = 0; i < ids.Length; i++) ids[i] = scratch.First[i].Id;
        Volatile.Write(ref _idleSplitter, scratch);
        return ids;
    }

    /// <summary>Decodes ids to text, exactly. Bytes that are not UTF-8, for example from a split character, become U+FFFD.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Skip the special tokens.</param>
    /// <exception cref="UnknownTokenIdException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true) =>
        System.Text.Encoding.UTF8.GetString(DecodeUtf8(ids, skipSpecialTokens));

    /// <summary>Decodes ids to bytes.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Skip the special tokens.</param>
    /// <exception cref="UnknownTokenIdException">An id is not in the vocabulary.</exception>
    public byte[] DecodeUtf8(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var id in ids)
        {
            var token = _vocabulary.BytesOf(id);
            if (!skipSpecialTokens || !_specialIds.Contains(id)) bytes.Write(token);
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public string TokenOf(int id) => _vocabulary.TokenOf(id);

    /// <inheritdoc/>
    public int? IdOf(string token) => _vocabulary.IdOf(token);

    /// <summary>The memory and words of one splitter are reused; a second concurrent thread creates its own.</summary>
    private BytePairSplitter Take() =>
        Interlocked.Exchange(ref _idleSplitter, null) ?? new BytePairSplitter(_vocabulary, _options, _addedTokens);

    private int Special(string token, string source) => _vocabulary.IdOf(token) ?? throw new MissingSpecialTokenException(
        $"{source}: the vocabulary lacks the special token '{Excerpt.Cut(token)}'. "
        + "Add it, or name the token that stands for it in tokenizer_config.json or BytePairOptions.");
}
