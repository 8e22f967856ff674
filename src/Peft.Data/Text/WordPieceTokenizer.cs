using System.Text;

namespace Peft.Data;

/// <summary>
/// BERT's tokenizer: text is cleaned, optionally lower-cased and stripped of accents, split at blanks and punctuation, and each word
/// spelt from the vocabulary by greedy longest match. Gives the ids of Hugging Face's <c>BertTokenizer</c>.
/// </summary>
public sealed class WordPieceTokenizer : ITokenizer
{
    private readonly WordPieceVocabulary vocabulary;
    private readonly WordPieceOptions options;
    private readonly HashSet<int> specialIds;
    private readonly SpecialTokenFinder specials;
    private WordPieceSplitter? idleSplitter;

    /// <summary>Makes a tokenizer of a vocabulary.</summary>
    /// <param name="vocabulary">The tokens, each at the place of its id; pieces inside a word begin with <c>##</c>.</param>
    /// <param name="options">The rules; <see langword="null"/>: BERT's uncased ones.</param>
    /// <exception cref="VocabularyException">The vocabulary is empty or repeats a token.</exception>
    /// <exception cref="MissingSpecialTokenException">The vocabulary lacks a special token that <paramref name="options"/>
    /// name.</exception>
    public WordPieceTokenizer(IReadOnlyList<string> vocabulary, WordPieceOptions? options = null)
        : this(new WordPieceVocabulary(vocabulary, "The vocabulary given"), options ?? new WordPieceOptions(), "The vocabulary given") { }

    internal WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceOptions options, string source)
    {
        this.vocabulary = vocabulary;
        this.options = options;
        UnknownId = Special(options.UnknownToken, source);
        ClsId = Special(options.ClassToken, source);
        SepId = Special(options.SeparatorToken, source);
        PadId = Special(options.PadToken, source);
        MaskId = Special(options.MaskToken, source);
        var verbatim = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] whole = [options.UnknownToken, options.ClassToken, options.SeparatorToken, options.PadToken, options.MaskToken,
            .. options.AddedTokens];
        foreach (var token in whole)
            verbatim[token] = Special(token, source);
        specialIds = [UnknownId, ClsId, SepId, PadId, MaskId];
        specials = new SpecialTokenFinder(verbatim);
    }

    /// <inheritdoc/>
    public int VocabularySize => vocabulary.Count;

    /// <inheritdoc/>
    public int PadId { get; }

    /// <summary>Id of the token that begins every sequence.</summary>
    public int ClsId { get; }

    /// <summary>Id of the token after each text.</summary>
    public int SepId { get; }

    /// <summary>Id of the token that hides a word.</summary>
    public int MaskId { get; }

    /// <summary>Id of words that the vocabulary cannot spell.</summary>
    public int UnknownId { get; }

    /// <inheritdoc/>
    public int? ModelMaxLength => options.ModelMaxLength;

    /// <summary>The rules in force.</summary>
    public WordPieceOptions Options => options;

    /// <summary>
    /// Loads a tokenizer from a folder, a <c>vocab.txt</c> or a <c>tokenizer.json</c>. Where <paramref name="options"/> is
    /// <see langword="null"/>, the rules come from <c>tokenizer_config.json</c> beside it, then from <c>tokenizer.json</c>, then BERT's
    /// uncased defaults.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">Rules that replace all that the files say.</param>
    /// <exception cref="TokenizerFileNotFoundException">Nothing to load is there.</exception>
    /// <exception cref="TokenizerConfigException">A JSON file cannot be read or is of another kind of tokenizer.</exception>
    /// <exception cref="VocabularyException">The vocabulary is empty, repeats a token, has gaps or is not UTF-8.</exception>
    /// <exception cref="MissingSpecialTokenException">The vocabulary lacks a special token.</exception>
    public static WordPieceTokenizer Load(string path, WordPieceOptions? options = null) => WordPieceLoader.Load(path, options);

    /// <inheritdoc/>
    public EncodedText Encode(string text, string? pair = null, int? maxLength = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var added = pair is null ? 2 : 3;
        if (maxLength < added) throw new MaxLengthTooSmallException(maxLength.Value, added);
        var room = maxLength is { } limit ? limit - added : int.MaxValue;
        // One splitter's memory is used again and again; a second thread at the same time makes its own.
        var scratch = Interlocked.Exchange(ref idleSplitter, null) ?? new WordPieceSplitter(vocabulary, options, specials, UnknownId);
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

        Volatile.Write(ref idleSplitter, scratch);
        return encoding;
    }

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            var token = vocabulary.TokenOf(id);
            if (skipSpecialTokens && specialIds.Contains(id)) continue;
            if (text.Length > 0 && token.StartsWith("##", StringComparison.Ordinal)) text.Append(token, 2, token.Length - 2);
            else text.Append(text.Length > 0 ? " " : "").Append(token);
        }

        return text.Replace(" .", ".").Replace(" ?", "?").Replace(" !", "!").Replace(" ,", ",").Replace(" ' ", "'").Replace(" n't", "n't")
            .Replace(" 'm", "'m").Replace(" 's", "'s").Replace(" 've", "'ve").Replace(" 're", "'re").ToString();
    }

    /// <inheritdoc/>
    public string TokenOf(int id) => vocabulary.TokenOf(id);

    /// <inheritdoc/>
    public int? IdOf(string token) => vocabulary.IdOf(token);

    private int Special(string token, string source) => vocabulary.IdOf(token) ?? throw new MissingSpecialTokenException(
        $"{source}: the vocabulary lacks the special token '{token}'. "
        + "Add it, or name the token that stands for it in tokenizer_config.json or WordPieceOptions.");
}
