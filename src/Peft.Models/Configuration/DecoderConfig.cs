namespace Peft.Models;

/// <summary>A decoder's sizes, in Hugging Face's terms (GPT-2's <c>config.json</c>).</summary>
public sealed record DecoderConfig
{
    /// <summary>Rows of the word embedding (<c>vocab_size</c>).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the hidden stream (<c>n_embd</c>).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of layers (<c>n_layer</c>).</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads; their number divides the hidden size (<c>n_head</c>).</summary>
    public required int Heads { get; init; }

    /// <summary>Rows of the position embedding: the longest sequence (<c>n_positions</c>).</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Width of the feed-forward block (<c>n_inner</c>); the default is four times the hidden size.</summary>
    public int IntermediateSize { get => field > 0 ? field : 4 * HiddenSize; init; }

    /// <summary>Added to the variance in every LayerNorm.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <summary>Dropout of the embeddings (<c>embd_pdrop</c>).</summary>
    public double EmbeddingDropout { get; init; } = 0.1;

    /// <summary>Dropout of each block's output (<c>resid_pdrop</c>).</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Dropout of attention probabilities (<c>attn_pdrop</c>).</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Activation between the feed-forward projections: gelu_new, gelu, relu or silu.</summary>
    public string HiddenActivation { get; init; } = "gelu_new";

    /// <summary>Standard deviation of initial weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>The token that ends a text (<c>eos_token_id</c>); the default is the vocabulary's last token, as in GPT-2.</summary>
    public int EndId { get => field >= 0 ? field : VocabularySize - 1; init; } = -1;

    /// <summary>The padding token's id (<c>pad_token_id</c>); the default is the end token.</summary>
    public int PadId { get => field >= 0 ? field : EndId; init; } = -1;

    /// <summary>Whether the language model head uses the word embedding (<c>tie_word_embeddings</c>) or its own weights.</summary>
    public bool TiesHead { get; init; } = true;

    /// <summary>Outputs of a classification head; 1 means regression.</summary>
    public int Labels { get; init; } = 2;

    /// <summary>What Hugging Face's files record.</summary>
    internal BackboneFacts Facts(string architecture, ClassifierFacts? classifier) => new()
    {
        ModelType = "gpt2",
        Architecture = architecture,
        KeyPrefix = CausalLanguageModel.KeyPrefix,
        Layers = Layers,
        Heads = Heads,
        HiddenSize = HiddenSize,
        IsDecoder = true,
        IsConv1D = true,
        Classifier = classifier,
    };

    /// <summary>Tokens beside the checkpoint's own; null for none.</summary>
    public AddedIds? Added { get; init; }

    /// <summary>The rows of the word embedding, those of added tokens included.</summary>
    internal int AllWords => Math.Max(VocabularySize, Added is { } added ? added.First + added.Count : 0);

    /// <summary>The class of transformers that wrote the checkpoint; null where it does not say.</summary>
    public string? Architecture { get; init; }

    /// <summary>The names of the outputs that the checkpoint's classification head has; null where it does not say.</summary>
    public IReadOnlyList<string>? LabelNames { get; init; }

    /// <summary>Whether attention is divided by the root of a head's width.</summary>
    public bool ScalesAttention { get; init; } = true;

    /// <summary>Whether the attention of layer i, from 0, is divided by i + 1 as well.</summary>
    public bool ScalesAttentionByLayer { get; init; }

    /// <summary>The fields that adapters depend on: all except dropout, labels and initialisation.</summary>
    internal string Identity => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"Gpt2 vocabulary={VocabularySize} hidden={HiddenSize} layers={Layers} heads={Heads} intermediate={IntermediateSize} "
            + $"positions={MaxPositions} epsilon={LayerNormEpsilon:R} activation={HiddenActivation}")
        + (ScalesAttention ? "" : " unscaled") + (ScalesAttentionByLayer ? " scaled-by-layer" : "");
}
