using static Peft.Models.FieldUse;

namespace Peft.Models;

/// <summary>The fields of DistilBERT's config.json.</summary>
internal static class DistilBertFields
{
    public static IReadOnlyList<ConfigField> All { get; } =
    [
        new("vocab_size", Implemented, "rows of the word embedding"),
        new("dim", Implemented, "width"),
        new("n_layers", Implemented, "layers"),
        new("n_heads", Implemented, "heads"),
        new("hidden_dim", Implemented, "width between the feed-forward projections"),
        new("activation", Implemented, "activation between the feed-forward projections and of the masked-word head"),
        new("dropout", Implemented, "dropout of the embeddings and after each feed-forward block"),
        new("attention_dropout", Implemented, "dropout of attention"),
        new("seq_classif_dropout", Implemented, "dropout before the last map of the classification head; by default 0.2"),
        new("max_position_embeddings", Implemented, "rows of the position embedding"),
        new("initializer_range", Implemented, "standard deviation of new weights"),
        new("pad_token_id", Implemented, "fills short rows"),
        new("tie_word_embeddings", Implemented, "whether the masked-word head uses the word embedding"),
        new("sinusoidal_pos_embds", Harmless, "how the position embedding started; the checkpoint stores it"),
        new("tie_weights_", Refused, "the older name of tie_word_embeddings", "true"),
        new("qa_dropout", Harmless, "for the question-answering head, which Peft does not use"),
        new("output_past", Harmless, "what the library returns"),
        new("is_decoder", Refused, "causal attention", "false"),
        new("add_cross_attention", Refused, "attention to another sequence", "false"),
        new("is_encoder_decoder", Refused, "a second stack of layers", "false"),
        new("tie_encoder_decoder", Refused, "shared weights of two stacks", "false"),
        new("hidden_size", Refused, "DistilBERT's name is dim"),
        new("num_hidden_layers", Refused, "DistilBERT's name is n_layers"),
        new("num_attention_heads", Refused, "DistilBERT's name is n_heads"),
        new("type_vocab_size", Refused, "a segment embedding"),
        new("position_embedding_type", Refused, "relative positions", "\"absolute\""),
    ];
}
