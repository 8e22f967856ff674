using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>An encoder with its masked-word head; the decoder is the word embedding (tied), as in BERT and RoBERTa.</summary>
public sealed class MaskedWordModel : Module<EncoderInputs, Tensor>, IConfiguredBackbone, IMaskedWordBackbone, IEncoderModel
{
    private readonly BertWordHead? _bert;
    private readonly RobertaWordHead? _roberta;

    /// <summary>Creates a model with new weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="withPooler">Whether the checkpoint contains a pooler, which this model does not use.</param>
    /// <param name="blank">Whether to skip the initialisation of the encoder's weights, because all of them are loaded later.</param>
    public MaskedWordModel(EncoderConfig config, bool withPooler = false, bool blank = false)
        : base(nameof(MaskedWordModel))
    {
        Encoder = new EncoderModel(config, withPooler, blank);
        register_module(config.KeyPrefix, Encoder);
        if (config.Family == EncoderFamily.Bert)
            register_module("cls", _bert = new BertWordHead(config));
        else
            register_module("lm_head", _roberta = new RobertaWordHead(config));
    }

    /// <summary>The encoder.</summary>
    public EncoderModel Encoder { get; }

    /// <summary>Whether the head is new, because the checkpoint has none, so that it is trained and saved beside the adapter.</summary>
    public bool TrainsHead { get; internal set; }

    /// <summary>The head's name in checkpoints of a family.</summary>
    internal static string HeadOf(EncoderFamily family) => family == EncoderFamily.Bert ? "cls.predictions" : "lm_head";

    /// <inheritdoc/>
    public string ConfigurationText => Encoder.Config.Identity;

    Module IBackbone.Body => this;

    string? IBackbone.HeadName => null;

    IReadOnlyList<string> IBackbone.TrainedParts => TrainsHead ? [HeadOf(Encoder.Config.Family)] : [];

    BackboneFacts IBackbone.Facts => Encoder.Config.Facts("ForMaskedLM", classifier: null);

    Tensor IMaskedWordBackbone.PredictWords(Tensor ids, Tensor? mask, Tensor tokens)
    {
        var hidden = Encoder.call(new EncoderInputs(ids, mask)).LastHidden;
        return Logits(hidden.reshape(-1, hidden.shape[2]).index_select(0, tokens));
    }

    /// <summary>Logits over the vocabulary for every token, [batch, length, vocabulary].</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The logits.</returns>
    public override Tensor forward(EncoderInputs input) => Logits(Encoder.call(input).LastHidden);

    /// <summary>Applies only the head.</summary>
    /// <param name="hidden">The encoder's last hidden state [..., hidden].</param>
    /// <returns>Logits [..., vocabulary], of the head's dtype.</returns>
    public Tensor Logits(Tensor hidden)
    {
        var decoder = Encoder.Embeddings.WordWeight;
        return _bert is not null ? _bert.Logits(hidden, decoder) : _roberta!.Logits(hidden, decoder);
    }
}

/// <summary>BERT's masked-word head, under the names <c>cls.predictions.*</c>.</summary>
internal sealed class BertWordHead : Module
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly BertWordPredictions predictions;
#pragma warning restore IDE1006

    public BertWordHead(EncoderConfig config)
        : base(nameof(BertWordHead))
    {
        predictions = new BertWordPredictions(config);
        RegisterComponents();
    }

    public Tensor Logits(Tensor hidden, Tensor words) => predictions.Logits(hidden, words);
}

internal sealed class BertWordPredictions : Module
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly BertWordTransform transform;
    private readonly Parameter bias;
    private readonly Linear? decoder; // null where the word embedding is the matrix
#pragma warning restore IDE1006

    public BertWordPredictions(EncoderConfig config)
        : base(nameof(BertWordPredictions))
    {
        transform = new BertWordTransform(config);
        bias = new Parameter(zeros(config.VocabularySize));
        decoder = WordHead.Own(config);
        RegisterComponents();
    }

    public Tensor Logits(Tensor hidden, Tensor words) => functional.linear(
        transform.call(hidden.to_type(bias.dtype)), decoder?.weight ?? words.to_type(bias.dtype), bias);
}

internal sealed class BertWordTransform : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;
#pragma warning restore IDE1006
    private readonly string _activation;

    public BertWordTransform(EncoderConfig config)
        : base(nameof(BertWordTransform))
    {
        _activation = config.HiddenActivation;
        dense = Linear(config.HiddenSize, config.HiddenSize);
        LayerNorm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        RegisterComponents();
        Initialization.Apply(this, config.InitializerRange);
    }

    public override Tensor forward(Tensor hidden) => LayerNorm.call(HiddenActivation.Apply(_activation, dense.call(hidden)));
}

/// <summary>RoBERTa's masked-word head, under the names <c>lm_head.*</c>.</summary>
internal sealed class RobertaWordHead : Module
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
    private readonly LayerNorm layer_norm;
    private readonly Parameter bias;
    private readonly Linear? decoder; // null where the word embedding is the matrix
#pragma warning restore IDE1006

    public RobertaWordHead(EncoderConfig config)
        : base(nameof(RobertaWordHead))
    {
        dense = Linear(config.HiddenSize, config.HiddenSize);
        layer_norm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        bias = new Parameter(zeros(config.VocabularySize));
        decoder = WordHead.Own(config);
        RegisterComponents();
        Initialization.Apply(this, config.InitializerRange);
    }

    public Tensor Logits(Tensor hidden, Tensor words) => functional.linear(
        layer_norm.call(functional.gelu(dense.call(hidden.to_type(bias.dtype)))), decoder?.weight ?? words.to_type(bias.dtype), bias);
}

/// <summary>The matrix of a masked-word head.</summary>
internal static class WordHead
{
    /// <summary>A matrix of the head's own, where config.json does not tie it to the word embedding.</summary>
    public static Linear? Own(EncoderConfig config) =>
        config.TiesHead ? null : Linear(config.HiddenSize, config.VocabularySize, hasBias: false);
}
