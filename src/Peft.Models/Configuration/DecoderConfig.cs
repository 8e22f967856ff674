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

    /// <summary>Attention heads; they divide the hidden size (<c>n_head</c>).</summary>
    public required int Heads { get; init; }

    /// <summary>Rows of the position embedding, and so the longest sequence (<c>n_positions</c>).</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Width of the feed-forward block (<c>n_inner</c>); four times the hidden size where it is not given.</summary>
    public int IntermediateSize { get => field > 0 ? field : 4 * HiddenSize; init; }

    /// <summary>Added to the variance in every LayerNorm.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <summary>Dropout of the embeddings (<c>embd_pdrop</c>).</summary>
    public double EmbeddingDropout { get; init; } = 0.1;

    /// <summary>Dropout of what each block adds (<c>resid_pdrop</c>).</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Dropout of attention probabilities (<c>attn_pdrop</c>).</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Function between the feed-forward projections: gelu_new, gelu, relu or silu.</summary>
    public string HiddenActivation { get; init; } = "gelu_new";

    /// <summary>Standard deviation of new weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>
    /// The token that ends a text (<c>eos_token_id</c>); the last of the vocabulary where it is not given, as in GPT-2's.
    /// </summary>
    public int EndId { get => field >= 0 ? field : VocabularySize - 1; init; } = -1;

    /// <summary>The padding token's id (<c>pad_token_id</c>); the end token where it is not given.</summary>
    public int PadId { get => field >= 0 ? field : EndId; init; } = -1;

    /// <summary>
    /// Whether the language model's head is the word embedding (<c>tie_word_embeddings</c>); otherwise it has weights of its own.
    /// </summary>
    public bool TiesHead { get; init; } = true;

    /// <summary>Outputs of a classification head; 1 means regression.</summary>
    public int Labels { get; init; } = 2;

    /// <summary>What an adapter depends on: not dropout, labels or first values.</summary>
    internal string Identity => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"Gpt2 vocabulary={VocabularySize} hidden={HiddenSize} layers={Layers} heads={Heads} intermediate={IntermediateSize} "
            + $"positions={MaxPositions} epsilon={LayerNormEpsilon:R} activation={HiddenActivation}");
}
