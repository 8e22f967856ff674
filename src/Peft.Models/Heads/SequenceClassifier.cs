using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>
/// An encoder with a classification or regression head, under Hugging Face's names. BERT: pooler, dropout, linear. RoBERTa, XLM-RoBERTa and
/// ELECTRA: dropout, linear, tanh (ELECTRA: GELU), dropout, linear on the first token. DistilBERT: linear, ReLU, dropout, linear on it.
/// </summary>
public sealed class SequenceClassifier : Module<EncoderInputs, Tensor>, IConfiguredBackbone, IClassifierBackbone, IEncoderModel
{
    /// <summary>The name of the head, or of its last part, in checkpoints.</summary>
    public const string HeadName = "classifier";

    private readonly Linear? _first; // DistilBERT's pre_classifier
    private readonly Linear? _linear;
    private readonly TwoLayerHead? _twoLayers;

    /// <summary>Creates a classifier with new weights.</summary>
    /// <param name="config">The sizes; <see cref="EncoderConfig.Labels"/> outputs.</param>
    /// <param name="blank">Whether to skip the initialisation, because all weights are loaded later.</param>
    public SequenceClassifier(EncoderConfig config, bool blank = false)
        : base(nameof(SequenceClassifier))
    {
        var kind = config.Layout.Classifier;
        Encoder = new EncoderModel(config, withPooler: kind == ClassifierKind.Pooled, blank);
        register_module(config.KeyPrefix, Encoder);
        if (kind == ClassifierKind.TwoModules)
            register_module(config.Layout.ClassifierParts[0], _first = Linear(config.HiddenSize, config.HiddenSize));
        if (kind == ClassifierKind.TwoLayers)
            _twoLayers = new TwoLayerHead(config);
        else
            _linear = Linear(config.HiddenSize, config.Labels);
        Module head = _linear is null ? _twoLayers! : _linear;
        register_module(HeadName, head);
        if (blank)
            return;
        Initialization.Apply(head, config.InitializerRange);
        if (_first is not null)
            Initialization.Apply(_first, config.InitializerRange);
    }

    /// <summary>The encoder.</summary>
    public EncoderModel Encoder { get; }

    /// <summary>Whether the pooler is new, so that it is trained with the head; see <see cref="PoolerChoice"/>.</summary>
    public bool TrainsPooler { get; internal set; }

    /// <inheritdoc/>
    public string ConfigurationText => Encoder.Config.Identity;

    Module IBackbone.Body => Encoder;

    string IBackbone.HeadName => HeadName;

    IReadOnlyList<string> IBackbone.TrainedParts =>
    [
        .. Encoder.Config.Layout.ClassifierParts.Reverse(),
        .. TrainsPooler ? (string[])[$"{Encoder.Config.KeyPrefix}.pooler"] : [],
        .. Encoder.Embeddings.Added is null ? [] : (string[])[((IExtendedVocabulary)this).AddedPart],
    ];

    bool? IBackbone.TrainsPooler => UsesPooler ? TrainsPooler : null;

    bool IBackbone.IsHead(string part) => Encoder.Config.Layout.ClassifierParts.Contains(part);

    BackboneFacts IBackbone.Facts => Encoder.Config.Facts("ForSequenceClassification", new ClassifierFacts(
        Encoder.Config.Labels, Layers: UsesPooler ? 1 : 2, UsesPooler, HasBias: true)
    {
        Activation = Encoder.Config.Layout.ClassifierActivation ?? "tanh",
    });

    bool IClassifierBackbone.HasSegments => Encoder.Config.TypeVocabularySize > 1;

    private bool UsesPooler => Encoder.Config.Layout.Classifier == ClassifierKind.Pooled;

    Tensor IClassifierBackbone.Classify(Tensor ids, Tensor? mask, Tensor? types) => call(new EncoderInputs(ids, mask, types));

    /// <summary>Logits [batch, labels], of the head's dtype.</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The logits.</returns>
    public override Tensor forward(EncoderInputs input) => Logits(Encoder.FirstToken(input));

    /// <summary>Applies only the head.</summary>
    /// <param name="hidden">The encoder's last hidden state [batch, length, hidden]; only the first token is used.</param>
    /// <returns>Logits [batch, labels], of the head's dtype.</returns>
    public Tensor Logits(Tensor hidden)
    {
        if (_twoLayers is not null)
            return _twoLayers.call(hidden);
        var pooled = _first is null
            ? Encoder.Pool(hidden) : functional.relu(_first.call(hidden.select(1, 0).to_type(_first.weight!.dtype)));
        return _linear!.call(SeededDropout.Apply(pooled.to_type(_linear.weight!.dtype), Encoder.Config.HeadDropout, training));
    }
}

/// <summary>RoBERTa's and ELECTRA's head: dropout, linear, activation, dropout, linear on the first token's state.</summary>
internal sealed class TwoLayerHead : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
    private readonly Linear out_proj;
#pragma warning restore IDE1006
    private readonly double _dropout;
    private readonly string _activation;

    internal TwoLayerHead(EncoderConfig config)
        : base(nameof(TwoLayerHead))
    {
        _dropout = config.HeadDropout;
        _activation = config.Layout.ClassifierActivation!;
        dense = Linear(config.HiddenSize, config.HiddenSize);
        out_proj = Linear(config.HiddenSize, config.Labels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor hidden)
    {
        var first = SeededDropout.Apply(hidden.select(1, 0).to_type(dense.weight!.dtype), _dropout, training);
        return out_proj.call(SeededDropout.Apply(HiddenActivation.Apply(_activation, dense.call(first)), _dropout, training));
    }
}
