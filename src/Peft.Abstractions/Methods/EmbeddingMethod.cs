using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that puts embeddings of virtual tokens in front of a sequence.</summary>
/// <remarks>The backbone treats them as words: positions and the norm come after. Their states are dropped behind the last layer.</remarks>
public abstract class EmbeddingMethod : AdaptationMethod
{
    /// <summary>The width of an embedding.</summary>
    protected int Hidden { get; private set; }

    /// <summary>
    /// Whether the virtual tokens take the first positions and those of the real tokens move up; otherwise real tokens keep theirs and the
    /// virtual ones have none.
    /// </summary>
    protected internal virtual bool ShiftsPositions => true;

    private EmbeddingPoint Point { get; set; } = null!;

    /// <summary>The token ids of a text, without special tokens around them.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The ids; none where the text has no token.</returns>
    /// <exception cref="NoTokenizerException">The model was given no tokenizer.</exception>
    protected IReadOnlyList<int> TokensOf(string text) => (Point.Tokenize ?? throw new NoTokenizerException(text))(text);

    /// <summary>The backbone's own embeddings of tokens, in the dtype of trainables. No gradient flows into them.</summary>
    /// <param name="ids">The tokens' ids.</param>
    /// <returns>[ids, Hidden].</returns>
    /// <exception cref="TokenOutOfVocabularyException">An id is not in the vocabulary.</exception>
    protected Tensor EmbeddingsOf(IReadOnlyList<int> ids)
    {
        var words = Point.Words;
        foreach (var id in ids.Where(id => id < 0 || id >= words.shape[0]))
            throw new TokenOutOfVocabularyException(id, words.shape[0]);
        return Widen(words.index_select(0, tensor(ids.Select(id => (long)id).ToArray(), device: words.device)));
    }

    /// <summary>The formula.</summary>
    /// <returns>Embeddings [virtual tokens, Hidden].</returns>
    protected abstract Tensor Apply();

    internal void Bind(EmbeddingPoint point) => Point = point;

    internal Tensor Run(bool training)
    {
        IsTraining = training;
        return Apply();
    }

    private protected override void SetDimensions(SiteDimensions dimensions) => Hidden = dimensions.In;
}
