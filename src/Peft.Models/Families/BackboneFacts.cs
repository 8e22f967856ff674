namespace Peft.Models;

/// <summary>
/// Facts about a backbone that files of Hugging Face's libraries record: merged checkpoints, and adapters of PEFT and AdapterHub.
/// </summary>
public sealed record BackboneFacts
{
    /// <summary>The <c>model_type</c> of config.json.</summary>
    public required string ModelType { get; init; }

    /// <summary>The name of the model's class in transformers, such as <c>BertForSequenceClassification</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The prefix of the body's keys, such as <c>bert</c>.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary>The number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>The number of attention heads in each layer.</summary>
    public required int Heads { get; init; }

    /// <summary>The width of the hidden stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Whether the backbone is a decoder, whose tokens attend to earlier tokens only.</summary>
    public bool IsDecoder { get; init; }

    /// <summary>
    /// Whether AdapterHub keeps a layer's bottleneck adapters in modules named <c>attention_adapters</c> and <c>output_adapters</c>, as in
    /// DistilBERT and GPT-2, instead of in the layer's own parts. Always in decoders.
    /// </summary>
    public bool HasAdapterModules { get => field || IsDecoder; init; }

    /// <summary>Whether checkpoints store matrices as [in, out], with query, key and value in one, as GPT-2's do.</summary>
    public bool IsConv1D { get; init; }

    /// <summary>Whether the model is a body without a head, whose keys have no prefix in checkpoints.</summary>
    public bool IsBare { get; init; }

    /// <summary>The classification or regression head; null if there is none.</summary>
    public ClassifierFacts? Classifier { get; init; }
}

/// <summary>A classification head as AdapterHub describes it.</summary>
/// <param name="Outputs">The number of labels; 1 for regression.</param>
/// <param name="Layers">The number of linear maps.</param>
/// <param name="UsesPooler">Whether it reads the pooler's output instead of a token's state.</param>
/// <param name="HasBias">Whether its linear maps have biases.</param>
public sealed record ClassifierFacts(int Outputs, int Layers, bool UsesPooler, bool HasBias)
{
    /// <summary>The activation between two linear maps.</summary>
    public string Activation { get; init; } = "tanh";
}
