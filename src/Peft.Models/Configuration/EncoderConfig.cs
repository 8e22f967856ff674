namespace Peft.Models;

/// <summary>An encoder's sizes, in Hugging Face's terms (<c>config.json</c>).</summary>
public sealed record EncoderConfig
{
    /// <summary>The architecture (<c>model_type</c>).</summary>
    public required EncoderFamily Family { get; init; }

    /// <summary>Rows of the word embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the hidden stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>
    /// Width of the embeddings; by default the hidden size. If it differs (ELECTRA), a linear map follows the embeddings.
    /// </summary>
    public int EmbeddingSize { get => field > 0 ? field : HiddenSize; init; }

    /// <summary>Number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads; their number divides the hidden size.</summary>
    public required int Heads { get; init; }

    /// <summary>Width of the feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Rows of the position embedding; RoBERTa and XLM-RoBERTa can use <c>PadId + 1</c> fewer.</summary>
    public int MaxPositions { get; init; } = 512;

    /// <summary>Rows of the segment embedding; 0 for none (DistilBERT).</summary>
    public int TypeVocabularySize { get; init; } = 2;

    /// <summary>Added to the variance in every LayerNorm.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-12;

    /// <summary>Dropout of the embeddings, the attention output, the feed-forward output and the head's input.</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Dropout of attention probabilities.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>The padding token's id.</summary>
    public int PadId { get; init; }

    /// <summary>Activation between the feed-forward projections: gelu, gelu_new, relu or silu.</summary>
    public string HiddenActivation { get; init; } = "gelu";

    /// <summary>Standard deviation of initial weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Outputs of the classification head; 1 means regression.</summary>
    public int Labels { get; init; } = 2;

    /// <summary>Tokens beside the checkpoint's own; null for none.</summary>
    public AddedIds? Added { get; init; }

    /// <summary>The rows of the word embedding, those of added tokens included.</summary>
    internal int AllWords => Math.Max(VocabularySize, Added is { } added ? added.First + added.Count : 0);

    /// <summary>The class of transformers that wrote the checkpoint; null where it does not say.</summary>
    public string? Architecture { get; init; }

    /// <summary>The names of the outputs that the checkpoint's classification head has; null where it does not say.</summary>
    public IReadOnlyList<string>? LabelNames { get; init; }

    /// <summary>Dropout before the classification head; by default <see cref="HiddenDropout"/>.</summary>
    public double HeadDropout { get => field < 0 ? HiddenDropout : field; init; } = -1;

    /// <summary>Whether the masked-word head uses the word embedding as its matrix.</summary>
    public bool TiesHead { get; init; } = true;

    /// <summary>The longest input in tokens, including special tokens.</summary>
    public int MaxLength => Layout.CountsRealTokens ? MaxPositions - PadId - 1 : MaxPositions;

    /// <summary>The family's names and parts.</summary>
    internal EncoderLayout Layout => EncoderLayout.For(Family);

    /// <summary>The prefix of the encoder's keys in checkpoints.</summary>
    public string KeyPrefix => Layout.KeyPrefix;

    /// <summary>What Hugging Face's files record.</summary>
    /// <param name="head">The end of the class's name in transformers, such as <c>ForMaskedLM</c>.</param>
    /// <param name="classifier">The classification head, or null.</param>
    internal BackboneFacts Facts(string head, ClassifierFacts? classifier) => new()
    {
        ModelType = Layout.ModelType,
        Architecture = Layout.ClassName + head,
        KeyPrefix = KeyPrefix,
        Layers = Layers,
        Heads = Heads,
        HiddenSize = HiddenSize,
        Classifier = classifier,
        HasAdapterModules = Family == EncoderFamily.DistilBert,
    };

    /// <summary>The fields that adapters depend on: all except dropout, labels and initialisation.</summary>
    internal string Identity => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Family} vocabulary={VocabularySize} hidden={HiddenSize} layers={Layers} heads={Heads} intermediate={IntermediateSize} "
            + $"positions={MaxPositions} types={TypeVocabularySize} epsilon={LayerNormEpsilon:R} pad={PadId} "
            + $"activation={HiddenActivation}") + (EmbeddingSize == HiddenSize ? "" : $" embedding={EmbeddingSize}");
}
