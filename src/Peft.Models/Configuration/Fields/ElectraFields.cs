using static Peft.Models.FieldUse;

namespace Peft.Models;

/// <summary>The fields of ELECTRA's config.json: BERT's and its own.</summary>
internal static class ElectraFields
{
    private const string Summary = "for the multiple-choice head, which Peft does not use";

    public static IReadOnlyList<ConfigField> All { get; } =
    [
        new("embedding_size", Implemented, "width of the embeddings; by default 128"),
        new("pad_token_id", Implemented, "fills short rows"),
        new("summary_activation", Harmless, Summary),
        new("summary_first_dropout", Harmless, Summary),
        new("summary_last_dropout", Harmless, Summary),
        new("summary_proj_to_labels", Harmless, Summary),
        new("summary_type", Harmless, Summary),
        new("summary_use_proj", Harmless, Summary),
        .. EncoderFields.All.Where(field => field.Name is not ("embedding_size" or "pad_token_id" or "label_smoothing")
            && !field.Note.StartsWith("written by the first BERT", StringComparison.Ordinal)),
    ];
}
