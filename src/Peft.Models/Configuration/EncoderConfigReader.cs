namespace Peft.Models;

/// <summary>Reads Hugging Face's <c>config.json</c>.</summary>
public static class EncoderConfigReader
{
    private static readonly string[] s_activations = ["gelu", "gelu_new", "relu", "silu"];

    /// <summary>Reads the configuration of a checkpoint folder.</summary>
    /// <param name="folder">A folder that contains <c>config.json</c>.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="BackboneConfigurationException">The file is missing, not valid JSON or not of a supported family, or a field is
    /// missing or wrong.</exception>
    public static EncoderConfig Read(string folder) => ConfigFile.Read(folder, Read);

    private static EncoderConfig Read(ConfigFields fields)
    {
        var config = new EncoderConfig
        {
            Family = fields.Text("model_type") switch
            {
                "bert" => EncoderFamily.Bert,
                "roberta" => EncoderFamily.Roberta,
                var other => throw fields.Problem("model_type", $"expected bert or roberta, found '{other}'"),
            },
            VocabularySize = fields.Size("vocab_size"),
            HiddenSize = fields.Size("hidden_size"),
            Layers = fields.Size("num_hidden_layers"),
            Heads = fields.Size("num_attention_heads"),
            IntermediateSize = fields.Size("intermediate_size"),
            MaxPositions = fields.Size("max_position_embeddings", 512),
            TypeVocabularySize = fields.Size("type_vocab_size", 2),
            LayerNormEpsilon = fields.Number("layer_norm_eps", 1e-12, 0, 1),
            HiddenDropout = fields.Number("hidden_dropout_prob", 0.1, 0, 1),
            AttentionDropout = fields.Number("attention_probs_dropout_prob", 0.1, 0, 1),
            PadId = (int)fields.Number("pad_token_id", 0, 0, int.MaxValue),
            HiddenActivation = fields.Text("hidden_act", "gelu"),
            InitializerRange = fields.Number("initializer_range", 0.02, 0, 1),
            Labels = fields.Labels(),
        };
        if (config.HiddenSize % config.Heads != 0)
            throw fields.Problem("num_attention_heads", $"{config.Heads} heads do not divide the hidden size {config.HiddenSize}");
        if (!s_activations.Contains(config.HiddenActivation))
            throw fields.Problem("hidden_act", $"expected one of {string.Join(", ", s_activations)}, found '{config.HiddenActivation}'");
        return config;
    }
}
