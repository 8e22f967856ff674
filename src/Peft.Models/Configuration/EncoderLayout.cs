namespace Peft.Models;

/// <summary>How the classification head of a family reads the encoder.</summary>
internal enum ClassifierKind
{
    /// <summary>The pooler and a linear map (BERT).</summary>
    Pooled,

    /// <summary>Two linear maps in one module (RoBERTa, ELECTRA).</summary>
    TwoLayers,

    /// <summary>Two linear maps in two modules (DistilBERT).</summary>
    TwoModules,
}

/// <summary>How the families of encoders differ: in the names of their parameters in files, and in their parts.</summary>
internal sealed record EncoderLayout
{
    private static readonly EncoderLayout s_roberta = new()
    {
        Name = "RoBERTa", ModelType = "roberta", KeyPrefix = "roberta", ClassName = "Roberta", CountsRealTokens = true,
        Classifier = ClassifierKind.TwoLayers, ClassifierActivation = "tanh",
        WordHead = ["lm_head"], WordCopies = [("lm_head.decoder.bias", "lm_head.bias")], WordMatrix = "lm_head.decoder.weight",
    };

    private static readonly Dictionary<EncoderFamily, EncoderLayout> s_all = new()
    {
        [EncoderFamily.Bert] = new()
        {
            Name = "BERT", ModelType = "bert", KeyPrefix = "bert", ClassName = "Bert", Classifier = ClassifierKind.Pooled,
            WordHead = ["cls.predictions"], WordCopies = [("cls.predictions.decoder.bias", "cls.predictions.bias")],
            WordMatrix = "cls.predictions.decoder.weight",
        },
        [EncoderFamily.Roberta] = s_roberta,
        [EncoderFamily.XlmRoberta] = s_roberta with { Name = "XLM-RoBERTa", ModelType = "xlm-roberta", ClassName = "XLMRoberta" },
        [EncoderFamily.DistilBert] = new()
        {
            Name = "DistilBERT", ModelType = "distilbert", KeyPrefix = "distilbert", ClassName = "DistilBert", Stack = "transformer",
            Classifier = ClassifierKind.TwoModules, ClassifierActivation = "relu",
            WordHead = ["vocab_transform", "vocab_layer_norm", "vocab_projector"], WordMatrix = "vocab_projector.weight",
        },
        [EncoderFamily.Electra] = new()
        {
            Name = "ELECTRA", ModelType = "electra", KeyPrefix = "electra", ClassName = "Electra", Classifier = ClassifierKind.TwoLayers,
            ClassifierActivation = "gelu", WordHead = ["generator_predictions", "generator_lm_head"],
            WordMatrix = "generator_lm_head.weight",
        },
    };

    /// <summary>The family's name in texts.</summary>
    public required string Name { get; init; }

    /// <summary>The <c>model_type</c> of config.json.</summary>
    public required string ModelType { get; init; }

    /// <summary>The prefix of the body's keys in checkpoints.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary>The start of the names of the classes in transformers.</summary>
    public required string ClassName { get; init; }

    /// <summary>The name of the module of the layers.</summary>
    public string Stack { get; init; } = "encoder";

    /// <summary>Whether positions count real tokens from the padding id + 1 instead of all tokens from 0.</summary>
    public bool CountsRealTokens { get; init; }

    /// <summary>The classification head.</summary>
    public required ClassifierKind Classifier { get; init; }

    /// <summary>The activation between a classification head's two linear maps.</summary>
    public string? ClassifierActivation { get; init; }

    /// <summary>The modules of the masked-word head.</summary>
    public required IReadOnlyList<string> WordHead { get; init; }

    /// <summary>Stored copies of the masked-word head's own tensors, with what they copy.</summary>
    public IReadOnlyList<(string Copy, string Source)> WordCopies { get; init; } = [];

    /// <summary>The key of the masked-word head's matrix, where it is stored beside the word embedding.</summary>
    public required string WordMatrix { get; init; }

    /// <summary>The modules of the classification head, in the order of the forward pass.</summary>
    public IReadOnlyList<string> ClassifierParts => Classifier == ClassifierKind.TwoModules
        ? ["pre_classifier", SequenceClassifier.HeadName] : [SequenceClassifier.HeadName];

    /// <summary>The names of the body's modules, which stand alone in checkpoints of a bare body.</summary>
    public IReadOnlyList<string> BodyParts => ["embeddings", "embeddings_project", Stack, "pooler"];

    /// <summary>The layout of a family.</summary>
    public static EncoderLayout For(EncoderFamily family) => s_all[family];

    /// <summary>The family of a <c>model_type</c>; null for none.</summary>
    public static EncoderFamily? FamilyOf(string modelType) =>
        s_all.Where(pair => pair.Value.ModelType == modelType).Select(pair => (EncoderFamily?)pair.Key).FirstOrDefault();

    /// <summary>The values of <c>model_type</c>.</summary>
    public static IReadOnlyList<string> ModelTypes { get; } = [.. s_all.Values.Select(layout => layout.ModelType)];
}
