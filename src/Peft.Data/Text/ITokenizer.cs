namespace Peft.Data;

/// <summary>
/// What every tokenizer offers: text to ids and back. Implementations are immutable and may be used from several threads at once.
/// </summary>
public interface ITokenizer
{
    /// <summary>Number of ids: every id is at least 0 and below this.</summary>
    int VocabularySize { get; }

    /// <summary>The id that fills up the shorter rows of a batch.</summary>
    int PadId { get; }

    /// <summary>The longest sequence, in tokens, that the model behind this vocabulary was made for, when its files say so.</summary>
    int? ModelMaxLength { get; }

    /// <summary>Turns a text, or a pair of texts, into ids with the model's special tokens around them.</summary>
    /// <param name="text">The text, or the first text of a pair.</param>
    /// <param name="pair">The second text. An empty text is still a pair; <see langword="null"/> is none.</param>
    /// <param name="maxLength">The most tokens, special ones included; the longer of two texts loses tokens first, at its end.
    /// <see langword="null"/>: no limit.</param>
    /// <exception cref="MaxLengthTooSmallException"><paramref name="maxLength"/> leaves no room for the special tokens.</exception>
    EncodedText Encode(string text, string? pair = null, int? maxLength = null);

    /// <summary>Turns ids back into text: a readable approximation, since case and blanks may be lost.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Leave the special tokens out.</param>
    /// <exception cref="UnknownTokenIdException">An id is not in the vocabulary.</exception>
    string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true);

    /// <summary>The token of an id.</summary>
    /// <exception cref="UnknownTokenIdException">The id is not in the vocabulary.</exception>
    string TokenOf(int id);

    /// <summary>The id of a token written exactly as in the vocabulary, or <see langword="null"/> when the vocabulary lacks it.</summary>
    int? IdOf(string token);
}
