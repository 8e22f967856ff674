namespace Peft.Models;

/// <summary>
/// The files with which sentence-transformers describes an encoder: <c>modules.json</c>, and how token vectors are pooled. Such an encoder
/// was trained by the mean of its token vectors, or by the first one, but not through its pooler, whose weights are untrained.
/// </summary>
internal static class SentenceModules
{
    private const string FileName = "modules.json";

    /// <summary>The files of an encoder whose sentence vector is the mean of its token vectors.</summary>
    /// <param name="width">The width of a token vector.</param>
    public static IReadOnlyList<(string File, string Text)> ForMean(int width) =>
    [
        (FileName, """
            [
              { "idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer" },
              { "idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" },
              { "idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize" }
            ]

            """),
        ("1_Pooling/config.json", $$"""
            {
              "pooling_mode_cls_token": false,
              "pooling_mode_max_tokens": false,
              "pooling_mode_mean_tokens": true,
              "word_embedding_dimension": {{width}}
            }

            """),
    ];

    /// <summary>Whether a checkpoint folder has such a description.</summary>
    public static bool Has(string folder) => File.Exists(Path.Combine(folder, FileName));
}
