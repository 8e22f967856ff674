namespace Peft;

/// <summary>A named site of a Transformer layer where a method may act.</summary>
/// <remarks>
/// Projection sites are linear maps, with their input and output. Stream sites are points of the hidden stream, with the residual and the
/// LayerNorm that follows. Norm sites are LayerNorms, attention sites the keys and values of a self-attention, and embedding sites the word
/// embeddings before anything is added to them. Within a kind, sites are listed in the order of a layer's forward pass.
/// </remarks>
public enum Site
{
    /// <summary>The query projection of self-attention, hidden to hidden.</summary>
    Query,

    /// <summary>The key projection of self-attention, hidden to hidden.</summary>
    Key,

    /// <summary>The value projection of self-attention, hidden to hidden.</summary>
    Value,

    /// <summary>The projection after the attention heads are joined, hidden to hidden.</summary>
    AttentionOutput,

    /// <summary>The first feed-forward projection, hidden to intermediate.</summary>
    FeedForwardUp,

    /// <summary>The second feed-forward projection, intermediate to hidden.</summary>
    FeedForwardDown,

    /// <summary>The pooler's projection after the last layer, hidden to hidden (BERT).</summary>
    Pooler,

    /// <summary>The stream after the attention block and its dropout, before the residual is added (Houlsby's first place).</summary>
    AfterAttention,

    /// <summary>The stream after the feed-forward block and before its dropout (where AdaMix's released code puts its adapter).</summary>
    BeforeFeedForwardDropout,

    /// <summary>
    /// The stream after the feed-forward block and its dropout, before the residual is added (Houlsby's second place, Pfeiffer's).
    /// </summary>
    AfterFeedForward,

    /// <summary>The norm of the embeddings, before the first layer.</summary>
    EmbeddingNorm,

    /// <summary>The norm of the attention block.</summary>
    AttentionNorm,

    /// <summary>The norm of the feed-forward block.</summary>
    FeedForwardNorm,

    /// <summary>The norm after the last layer (GPT-2).</summary>
    FinalNorm,

    /// <summary>The keys and values that a self-attention attends to.</summary>
    Attention,

    /// <summary>The word embeddings, before positions and segments are added.</summary>
    WordEmbeddings,
}
