using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>
/// An encoder with a classification or regression head, under Hugging Face's names. BERT: pooler, dropout, linear. RoBERTa: dropout,
/// linear, tanh, dropout, linear on the first token.
/// </summary>
public sealed class SequenceClassifier : Module<EncoderInputs, Tensor>, IConfiguredBackbone, IClassifierBackbone, IEncoderModel
{
    /// <summary>The head's name in checkpoints.</summary>
    public const string HeadName = "classifier";

    private readonly Linear? _linear;
    private readonly RobertaHead? _twoLayers;

    /// <summary>Creates a classifier with new weights.</summary>
    /// <param name="config">The sizes; <see cref="EncoderConfig.Labels"/> outputs.</param>
    /// <param name="blank">Whether to skip the initialisation, because all weights are loaded later.</param>
    public SequenceClassifier(EncoderConfig config, bool blank = false)
        : base(nameof(SequenceClassifier))
    {
        Encoder = new EncoderModel(config, withPooler: config.Family == EncoderFamily.Bert, blank);
        register_module(config.KeyPrefix, Encoder);
        if (config.Family == EncoderFamily.Bert)
            _linear = Linear(config.HiddenSize, config.Labels);
        else
            _twoLayers = new RobertaHead(config);
        Module head = _linear is null ? _twoLayers! : _linear;
        register_module(HeadName, head);
        if (!blank)
            Initialization.Apply(head, config.InitializerRange);
    }

    /// <summary>The encoder.</summary>
    public EncoderModel Encoder { get; }

    /// <summary>Whether the pooler is new, because the checkpoint has none, so that it is trained with the head.</summary>
    public bool TrainsPooler { get; internal set; }

    /// <inheritdoc/>
    public string ConfigurationText => Encoder.Config.Identity;

    Module IBackbone.Body => Encoder;

    string IBackbone.HeadName => HeadName;

    IReadOnlyList<string> IBackbone.TrainedParts =>
    [
        HeadName,
        .. TrainsPooler ? (string[])[$"{Encoder.Config.KeyPrefix}.pooler"] : [],
        .. Encoder.Embeddings.Added is null ? [] : (string[])[((IExtendedVocabulary)this).AddedPart],
    ];

    BackboneFacts IBackbone.Facts => Encoder.Config.Facts("ForSequenceClassification", new ClassifierFacts(
        Encoder.Config.Labels, Layers: _linear is null ? 2 : 1, UsesPooler: _linear is not null, HasBias: true));

    bool IClassifierBackbone.HasSegments => Encoder.Config.TypeVocabularySize > 1;

    Tensor IClassifierBackbone.Classify(Tensor ids, Tensor? mask, Tensor? types) => call(new EncoderInputs(ids, mask, types));

    /// <summary>Logits [batch, labels] in float32.</summary>
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
        var pooled = Encoder.Pool(hidden).to_type(_linear!.weight!.dtype);
        return _linear.call(SeededDropout.Apply(pooled, Encoder.Config.HeadDropout, training));
    }
}

/// <summary>RoBERTa's head: dropout, linear, tanh, dropout, linear on the first token's state.</summary>
internal sealed class RobertaHead : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
    private readonly Linear out_proj;
#pragma warning restore IDE1006
    private readonly double _dropout;

    internal RobertaHead(EncoderConfig config)
        : base(nameof(RobertaHead))
    {
        _dropout = config.HeadDropout;
        dense = Linear(config.HiddenSize, config.HiddenSize);
        out_proj = Linear(config.HiddenSize, config.Labels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor hidden)
    {
        var first = SeededDropout.Apply(hidden.select(1, 0).to_type(dense.weight!.dtype), _dropout, training);
        return out_proj.call(SeededDropout.Apply(dense.call(first).tanh(), _dropout, training));
    }
}
