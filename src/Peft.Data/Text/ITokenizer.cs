namespace Peft.Data;

/// <summary>Converts text to ids and back. Implementations are immutable and thread-safe.</summary>
public interface ITokenizer
{
    /// <summary>Number of ids: every id is at least 0 and below this.</summary>
    int VocabularySize { get; }

    /// <summary>The id of the padding token.</summary>
    int PadId { get; }

    /// <summary>The longest sequence of the vocabulary's model, in tokens, if its files contain it.</summary>
    int? ModelMaxLength { get; }

    /// <summary>Encodes a text, or a pair of texts, with the model's special tokens.</summary>
    /// <param name="text">The text, or the first text of a pair.</param>
    /// <param name="pair">The second text; <see langword="null"/> for none. An empty text is still a pair.</param>
    /// <param name="maxLength">The largest number of tokens, including special ones. The longer of two texts is truncated first, at its
    /// end. <see langword="null"/>: no limit.</param>
    /// <exception cref="MaxLengthTooSmallException"><paramref name="maxLength"/> leaves no room for the special tokens.</exception>
    EncodedText Encode(string text, string? pair = null, int? maxLength = null);

    /// <summary>Decodes ids to text. The text is approximate, because case and blanks may be lost.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Skip the special tokens.</param>
    /// <exception cref="UnknownTokenIdException">An id is not in the vocabulary.</exception>
    string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true);

    /// <summary>The token of an id.</summary>
    /// <exception cref="UnknownTokenIdException">The id is not in the vocabulary.</exception>
    string TokenOf(int id);

    /// <summary>The id of a token written exactly as in the vocabulary, or <see langword="null"/> if it is not in the vocabulary.</summary>
    int? IdOf(string token);
}
