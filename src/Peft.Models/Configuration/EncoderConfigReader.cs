using Peft.Data;

namespace Peft.Models;

/// <summary>Reads Hugging Face's <c>config.json</c>.</summary>
public static class EncoderConfigReader
{
    /// <summary>Reads the configuration of a checkpoint folder.</summary>
    /// <param name="folder">A folder that contains <c>config.json</c>.</param>
    /// <param name="notice">Receives a line about fields that are not known; null to say nothing.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="BackboneConfigurationException">The file is missing, not valid JSON or not of a supported family, a field is
    /// missing or wrong, or a field asks for something that is not implemented.</exception>
    public static EncoderConfig Read(string folder, Action<string>? notice = null) =>
        ConfigFile.Read(folder, fields => Read(fields, notice));

    private static EncoderConfig Read(ConfigFields fields, Action<string>? notice)
    {
        var type = fields.Text("model_type");
        var family = EncoderLayout.FamilyOf(type) ?? throw fields.Problem(
            "model_type", $"expected one of {string.Join(", ", EncoderLayout.ModelTypes)}, found '{Excerpt.Cut(type)}'");
        var (config, heads) = family == EncoderFamily.DistilBert ? (DistilBert(fields), "n_heads") : (Bert(fields, family),
            "num_attention_heads");
        config = config with
        {
            Labels = fields.Labels(),
            LabelNames = fields.LabelNames(),
            Architecture = fields.FirstText("architectures"),
            TiesHead = fields.Flag("tie_word_embeddings", true),
            InitializerRange = fields.Number("initializer_range", 0.02, 0, 1),
        };
        if (config.HiddenSize % config.Heads != 0)
            throw fields.Problem(heads, $"{config.Heads} heads do not divide the hidden size {config.HiddenSize}");
        ConfigSchema.For(family).Check(fields, notice);
        return config;
    }

    /// <summary>The fields of BERT, RoBERTa, XLM-RoBERTa and ELECTRA.</summary>
    private static EncoderConfig Bert(ConfigFields fields, EncoderFamily family)
    {
        var config = new EncoderConfig
        {
            Family = family,
            VocabularySize = fields.Size("vocab_size", max: 1 << 27),
            HiddenSize = fields.Size("hidden_size"),
            EmbeddingSize = family == EncoderFamily.Electra ? fields.Size("embedding_size", 128) : 0,
            Layers = fields.Size("num_hidden_layers", max: 1024),
            Heads = fields.Size("num_attention_heads"),
            IntermediateSize = fields.Size("intermediate_size"),
            MaxPositions = fields.Size("max_position_embeddings", 512, max: 1 << 27),
            TypeVocabularySize = fields.Size("type_vocab_size", 2),
            LayerNormEpsilon = fields.Number("layer_norm_eps", 1e-12, 0, 1),
            HiddenDropout = fields.Number("hidden_dropout_prob", 0.1, 0, 1),
            AttentionDropout = fields.Number("attention_probs_dropout_prob", 0.1, 0, 1),
            PadId = fields.Id("pad_token_id", EncoderLayout.For(family).CountsRealTokens ? 1 : 0, 0, int.MaxValue),
            HiddenActivation = fields.Activation("hidden_act", "gelu"),
        };
        return config with { HeadDropout = fields.Number("classifier_dropout", config.HiddenDropout, 0, 1) };
    }

    private static EncoderConfig DistilBert(ConfigFields fields) => new()
    {
        Family = EncoderFamily.DistilBert,
        VocabularySize = fields.Size("vocab_size", max: 1 << 27),
        HiddenSize = fields.Size("dim"),
        Layers = fields.Size("n_layers", max: 1024),
        Heads = fields.Size("n_heads"),
        IntermediateSize = fields.Size("hidden_dim"),
        MaxPositions = fields.Size("max_position_embeddings", 512, max: 1 << 27),
        TypeVocabularySize = 0,
        HiddenDropout = fields.Number("dropout", 0.1, 0, 1),
        AttentionDropout = fields.Number("attention_dropout", 0.1, 0, 1),
        HeadDropout = fields.Number("seq_classif_dropout", 0.2, 0, 1),
        PadId = fields.Id("pad_token_id", 0, 0, int.MaxValue),
        HiddenActivation = fields.Activation("activation", "gelu"),
    };
}
