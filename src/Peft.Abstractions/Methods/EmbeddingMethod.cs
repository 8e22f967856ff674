using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that prepends embeddings of virtual tokens to a sequence.</summary>
/// <remarks>
/// The backbone treats them as words: it adds positions and applies the norm afterwards. Their states are removed after the last layer.
/// </remarks>
public abstract class EmbeddingMethod : AdaptationMethod
{
    /// <summary>The width of an embedding.</summary>
    protected int Hidden { get; private set; }

    /// <summary>
    /// Whether the virtual tokens take the first positions and shift the real tokens. Otherwise, real tokens keep their positions and the
    /// virtual ones have none.
    /// </summary>
    protected internal virtual bool ShiftsPositions => true;

    private EmbeddingPoint Point { get; set; } = null!;

    /// <summary>Encodes a text without special tokens around it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The ids; empty if the text has no tokens.</returns>
    /// <exception cref="NoTokenizerException">The model has no tokenizer.</exception>
    protected IReadOnlyList<int> TokensOf(string text) => (Point.Tokenize ?? throw new NoTokenizerException(text))(text);

    /// <summary>The backbone's own embeddings of tokens, in the dtype of trainables, without gradient.</summary>
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

    /// <summary>The method's formula.</summary>
    /// <returns>Embeddings [virtual tokens, Hidden].</returns>
    protected abstract Tensor Apply();

    internal void Bind(EmbeddingPoint point) => Point = point;

    internal Tensor Run(bool training)
    {
        IsTraining = training;
        Tensor result;
        try
        {
            result = Apply();
        }
        catch (ExternalException error) when (MethodShapeException.IsAbout(error))
        {
            throw MethodShapeException.Create(this, nameof(Apply), error);
        }

        return result.dim() == 2 && result.size(1) == Hidden
            ? result : throw MethodShapeException.Create(this, nameof(Apply), $"embeddings [virtual tokens, {Hidden}]", result);
    }

    private protected override void SetDimensions(SiteDimensions dimensions) => Hidden = dimensions.In;
}
