using static Peft.Models.FieldUse;

namespace Peft.Models;

/// <summary>The fields of GPT-2's config.json.</summary>
internal static class DecoderFields
{
    public static IReadOnlyList<ConfigField> All { get; } =
    [
        new("vocab_size", Implemented, "rows of the word embedding"),
        new("n_embd", Implemented, "width"),
        new("n_layer", Implemented, "layers"),
        new("n_head", Implemented, "heads"),
        new("n_inner", Implemented, "width between the feed-forward projections; by default 4 n_embd"),
        new("n_positions", Implemented, "rows of the position embedding"),
        new("n_ctx", Implemented, "the older name of n_positions"),
        new("activation_function", Implemented, "activation between the feed-forward projections"),
        new("embd_pdrop", Implemented, "dropout of the embeddings"),
        new("resid_pdrop", Implemented, "dropout after each block"),
        new("attn_pdrop", Implemented, "dropout of attention"),
        new("layer_norm_epsilon", Implemented, "epsilon of the norms"),
        new("initializer_range", Implemented, "standard deviation of new weights"),
        new("eos_token_id", Implemented, "ends a text; a number or a list of one"),
        new("pad_token_id", Implemented, "fills short rows; by default eos_token_id"),
        new("tie_word_embeddings", Implemented, "whether the head uses the word embedding"),
        new("scale_attn_weights", Implemented, "whether attention is divided by the root of a head's width"),
        new("scale_attn_by_inverse_layer_idx", Implemented, "whether attention is divided by the layer's number as well"),
        new("reorder_and_upcast_attn", Harmless, "the same attention, computed in another order; Peft sums in float32 either way"),
        new("add_cross_attention", Refused, "attention to another sequence", "false"),
        new("is_encoder_decoder", Refused, "a second stack of layers", "false"),
        new("tie_encoder_decoder", Refused, "shared weights of two stacks", "false"),
        new("is_decoder", Harmless, "GPT-2 is causal whatever it says"),
        new("summary_activation", Harmless, "for the multiple-choice head, which Peft does not use"),
        new("summary_first_dropout", Harmless, "for the multiple-choice head, which Peft does not use"),
        new("summary_proj_to_labels", Harmless, "for the multiple-choice head, which Peft does not use"),
        new("summary_type", Harmless, "for the multiple-choice head, which Peft does not use"),
        new("summary_use_proj", Harmless, "for the multiple-choice head, which Peft does not use"),
        new("predict_special_tokens", Harmless, "written by the first GPT-2 checkpoints, read by nothing"),
    ];
}
