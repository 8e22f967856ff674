using static Peft.Models.FieldUse;

namespace Peft.Models;

/// <summary>The fields of BERT's, RoBERTa's and XLM-RoBERTa's config.json.</summary>
internal static class EncoderFields
{
    public static IReadOnlyList<ConfigField> All { get; } =
    [
        new("vocab_size", Implemented, "rows of the word embedding"),
        new("hidden_size", Implemented, "width"),
        new("num_hidden_layers", Implemented, "layers"),
        new("num_attention_heads", Implemented, "heads"),
        new("intermediate_size", Implemented, "width between the feed-forward projections"),
        new("hidden_act", Implemented, "activation between the feed-forward projections"),
        new("hidden_dropout_prob", Implemented, "dropout after each block"),
        new("attention_probs_dropout_prob", Implemented, "dropout of attention"),
        new("classifier_dropout", Implemented, "dropout before the classification head; by default hidden_dropout_prob"),
        new("max_position_embeddings", Implemented, "rows of the position embedding"),
        new("type_vocab_size", Implemented, "rows of the segment embedding"),
        new("initializer_range", Implemented, "standard deviation of new weights"),
        new("layer_norm_eps", Implemented, "epsilon of the norms"),
        new("pad_token_id", Implemented, "RoBERTa counts positions by it, and has 1 by default"),
        new("tie_word_embeddings", Implemented, "whether the masked-word head uses the word embedding"),
        new("position_embedding_type", Refused, "relative positions", "\"absolute\""),
        new("is_decoder", Refused, "causal attention", "false"),
        new("add_cross_attention", Refused, "attention to another sequence", "false"),
        new("is_encoder_decoder", Refused, "a second stack of layers", "false"),
        new("tie_encoder_decoder", Refused, "shared weights of two stacks", "false"),
        new("embedding_size", Refused, "an embedding of another width than the layers"),
        new("directionality", Harmless, "written by the first BERT checkpoints, read by nothing"),
        new("pooler_fc_size", Harmless, "written by the first BERT checkpoints, read by nothing"),
        new("pooler_num_attention_heads", Harmless, "written by the first BERT checkpoints, read by nothing"),
        new("pooler_num_fc_layers", Harmless, "written by the first BERT checkpoints, read by nothing"),
        new("pooler_size_per_head", Harmless, "written by the first BERT checkpoints, read by nothing"),
        new("pooler_type", Harmless, "written by the first BERT checkpoints, read by nothing"),
        new("output_past", Harmless, "what the library returns"),
        new("label_smoothing", Harmless, "a setting of training"),
    ];
}
