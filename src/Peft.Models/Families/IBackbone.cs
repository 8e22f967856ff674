using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>
/// What training and inference need of a backbone of any family. A backbone is a module with sites (see <c>peft-backbone</c>'s template)
/// that implements this.
/// </summary>
public interface IBackbone
{
    /// <summary>Everything except the task's head: the part whose dtype <c>--backbone-dtype</c> sets.</summary>
    nn.Module Body { get; }

    /// <summary>
    /// The head's name among the module's children, which is trained and saved beside the adapter; null where the head is the backbone's
    /// own.
    /// </summary>
    string? HeadName { get; }

    /// <summary>
    /// The parts that are trained and saved beside the adapter: the head, and new parts that the checkpoint lacks.
    /// </summary>
    IReadOnlyList<string> TrainedParts => HeadName is null ? [] : [HeadName];

    /// <summary>Whether a trained part belongs to the head. By default, the one that is named <see cref="HeadName"/>.</summary>
    /// <param name="part">One of <see cref="TrainedParts"/>.</param>
    bool IsHead(string part) => part == HeadName;

    /// <summary>Whether a pooler is trained with the head; null, the default, for a backbone whose head reads no pooler.</summary>
    bool? TrainsPooler => null;

    /// <summary>The longest sequence, in tokens.</summary>
    int MaxLength { get; }

    /// <summary>Rows of the word embedding.</summary>
    int VocabularySize { get; }

    /// <summary>Whether layers are computed again in the backward pass instead of keeping their activations.</summary>
    /// <exception cref="NotSupportedException">It is set to true and the backbone has no recomputed layers.</exception>
    bool RecomputesActivations { get; set; }

    /// <summary>
    /// What files of Hugging Face's libraries record of the backbone; null by default. Without it, the backbone trains and predicts, but
    /// cannot be written as a checkpoint or exchange adapters with other libraries.
    /// </summary>
    BackboneFacts? Facts => null;
}

/// <summary>A backbone with a classification or regression head.</summary>
public interface IClassifierBackbone : IBackbone
{
    /// <summary>Whether segment embeddings tell the two texts of a pair apart.</summary>
    bool HasSegments { get; }

    /// <summary>Logits of a batch.</summary>
    /// <param name="ids">Token ids, int64 [rows, length].</param>
    /// <param name="mask">1 for real tokens, int64 [rows, length]; null when no row is padded.</param>
    /// <param name="types">Segments, int64 [rows, length]; null if the backbone has none.</param>
    /// <returns>[rows, outputs].</returns>
    Tensor Classify(Tensor ids, Tensor? mask, Tensor? types);
}

/// <summary>A backbone with a classification head on every token.</summary>
public interface ITokenClassifierBackbone : IBackbone
{
    /// <summary>Whether the backbone has segment embeddings.</summary>
    bool HasSegments { get; }

    /// <summary>Logits of every token of a batch.</summary>
    /// <param name="ids">Token ids, int64 [rows, length].</param>
    /// <param name="mask">1 for real tokens, int64 [rows, length]; null when no row is padded.</param>
    /// <param name="types">Segments, int64 [rows, length]; null if the backbone has none.</param>
    /// <returns>[rows, length, outputs].</returns>
    Tensor ClassifyTokens(Tensor ids, Tensor? mask, Tensor? types);
}

/// <summary>An encoder that predicts masked words.</summary>
public interface IMaskedWordBackbone : IBackbone
{
    /// <summary>Logits over the vocabulary at some tokens of a batch.</summary>
    /// <param name="ids">Token ids, some of them masked, int64 [rows, length].</param>
    /// <param name="mask">1 for real tokens, int64 [rows, length]; null when no row is padded.</param>
    /// <param name="tokens">The tokens, as indices into rows times length, int64 [tokens].</param>
    /// <returns>[tokens, vocabulary].</returns>
    Tensor PredictWords(Tensor ids, Tensor? mask, Tensor tokens);
}
