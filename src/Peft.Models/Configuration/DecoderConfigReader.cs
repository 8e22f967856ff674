namespace Peft.Models;

/// <summary>Reads GPT-2's <c>config.json</c>.</summary>
public static class DecoderConfigReader
{
    private static readonly string[] s_activations = ["gelu_new", "gelu", "relu", "silu"];

    /// <summary>Reads the configuration of a checkpoint folder.</summary>
    /// <param name="folder">A folder that contains <c>config.json</c>.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="BackboneConfigurationException">The file is missing, not valid JSON or not GPT-2's, or a field is missing or
    /// wrong.</exception>
    public static DecoderConfig Read(string folder) => ConfigFile.Read(folder, Read);

    /// <summary>Whether a folder's configuration is a decoder's.</summary>
    /// <param name="folder">A folder that contains <c>config.json</c>.</param>
    /// <returns>Whether its <c>model_type</c> is gpt2.</returns>
    /// <exception cref="BackboneConfigurationException">The file is missing or not valid JSON.</exception>
    public static bool IsDecoder(string folder) => ConfigFile.Read(folder, fields => fields.Text("model_type")) == "gpt2";

    private static DecoderConfig Read(ConfigFields fields)
    {
        if (fields.Text("model_type") is not "gpt2" and var other)
            throw fields.Problem("model_type", $"expected gpt2, found '{other}'");
        var hidden = fields.Size("n_embd");
        var vocabulary = fields.Size("vocab_size");
        var config = new DecoderConfig
        {
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            Layers = fields.Size("n_layer"),
            Heads = fields.Size("n_head"),
            MaxPositions = fields.Size("n_positions", fields.Size("n_ctx", 1024)),
            IntermediateSize = fields.Size("n_inner", 4 * hidden),
            LayerNormEpsilon = fields.Number("layer_norm_epsilon", 1e-5, 0, 1),
            EmbeddingDropout = fields.Number("embd_pdrop", 0.1, 0, 1),
            HiddenDropout = fields.Number("resid_pdrop", 0.1, 0, 1),
            AttentionDropout = fields.Number("attn_pdrop", 0.1, 0, 1),
            HiddenActivation = fields.Text("activation_function", "gelu_new"),
            InitializerRange = fields.Number("initializer_range", 0.02, 0, 1),
            EndId = (int)fields.Number("eos_token_id", vocabulary - 1, 0, vocabulary - 1),
            PadId = (int)fields.Number("pad_token_id", -1, -1, vocabulary - 1),
            TiesHead = fields.Flag("tie_word_embeddings", true),
            Labels = fields.Labels(),
        };
        if (config.HiddenSize % config.Heads != 0)
            throw fields.Problem("n_head", $"{config.Heads} heads do not divide the hidden size {config.HiddenSize}");
        if (!s_activations.Contains(config.HiddenActivation))
            throw fields.Problem("activation_function", $"expected one of {string.Join(", ", s_activations)}, found "
                + $"'{config.HiddenActivation}'");
        return config;
    }
}
