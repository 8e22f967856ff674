using Peft.Data;

namespace Peft.Models;

/// <summary>Reads GPT-2's <c>config.json</c>.</summary>
public static class DecoderConfigReader
{
    /// <summary>Reads the configuration of a checkpoint folder.</summary>
    /// <param name="folder">A folder that contains <c>config.json</c>.</param>
    /// <param name="notice">Receives a line about fields that are not known; null to say nothing.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="BackboneConfigurationException">The file is missing, not valid JSON or not GPT-2's, a field is missing or wrong, or
    /// a field asks for something that is not implemented.</exception>
    public static DecoderConfig Read(string folder, Action<string>? notice = null) =>
        ConfigFile.Read(folder, fields => Read(fields, notice));

    /// <summary>Whether a folder's configuration is a decoder's.</summary>
    /// <param name="folder">A folder that contains <c>config.json</c>.</param>
    /// <returns>Whether its <c>model_type</c> is gpt2.</returns>
    /// <exception cref="BackboneConfigurationException">The file is missing or not valid JSON.</exception>
    public static bool IsDecoder(string folder) => ConfigFile.Read(folder, fields => fields.Text("model_type")) == "gpt2";

    private static DecoderConfig Read(ConfigFields fields, Action<string>? notice)
    {
        if (fields.Text("model_type") is not "gpt2" and var other)
            throw fields.Problem("model_type", $"expected gpt2, found '{Excerpt.Cut(other)}'");
        var hidden = fields.Size("n_embd");
        var vocabulary = fields.Size("vocab_size", max: 1 << 27);
        var config = new DecoderConfig
        {
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            Layers = fields.Size("n_layer", max: 1024),
            Heads = fields.Size("n_head"),
            MaxPositions = fields.Size("n_positions", fields.Size("n_ctx", 1024, max: 1 << 27), max: 1 << 27),
            IntermediateSize = fields.Size("n_inner", 4 * hidden, max: 1 << 22),
            LayerNormEpsilon = fields.Number("layer_norm_epsilon", 1e-5, 0, 1),
            EmbeddingDropout = fields.Number("embd_pdrop", 0.1, 0, 1),
            HiddenDropout = fields.Number("resid_pdrop", 0.1, 0, 1),
            AttentionDropout = fields.Number("attn_pdrop", 0.1, 0, 1),
            HiddenActivation = fields.Activation("activation_function", "gelu_new"),
            InitializerRange = fields.Number("initializer_range", 0.02, 0, 1),
            EndId = fields.Id("eos_token_id", vocabulary - 1, 0, vocabulary - 1),
            PadId = fields.Id("pad_token_id", -1, -1, vocabulary - 1),
            TiesHead = fields.Flag("tie_word_embeddings", true),
            Labels = fields.Labels(),
            LabelNames = fields.LabelNames(),
            Architecture = fields.FirstText("architectures"),
            ScalesAttention = fields.Flag("scale_attn_weights", true),
            ScalesAttentionByLayer = fields.Flag("scale_attn_by_inverse_layer_idx", false),
        };
        if (config.HiddenSize % config.Heads != 0)
            throw fields.Problem("n_head", $"{config.Heads} heads do not divide the hidden size {config.HiddenSize}");
        ConfigSchema.Decoder.Check(fields, notice);
        return config;
    }
}
