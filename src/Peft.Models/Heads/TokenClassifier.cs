using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>
/// An encoder with a classification head on every token, under Hugging Face's names (<c>BertForTokenClassification</c>,
/// <c>RobertaForTokenClassification</c>): dropout and a linear map, without a pooler.
/// </summary>
public sealed class TokenClassifier : Module<EncoderInputs, Tensor>, IConfiguredBackbone, ITokenClassifierBackbone, IEncoderModel
{
    /// <summary>The head's name in checkpoints.</summary>
    public const string HeadName = "classifier";

    private readonly Linear _linear;

    /// <summary>Creates a classifier with new weights.</summary>
    /// <param name="config">The sizes; <see cref="EncoderConfig.Labels"/> outputs.</param>
    /// <param name="blank">Whether to skip the initialisation, because all weights are loaded later.</param>
    public TokenClassifier(EncoderConfig config, bool blank = false)
        : base(nameof(TokenClassifier))
    {
        Encoder = new EncoderModel(config, withPooler: false, blank);
        register_module(config.KeyPrefix, Encoder);
        _linear = Linear(config.HiddenSize, config.Labels);
        register_module(HeadName, _linear);
        if (!blank)
            Initialization.Apply(_linear, config.InitializerRange);
    }

    /// <summary>The encoder.</summary>
    public EncoderModel Encoder { get; }

    /// <inheritdoc/>
    public string ConfigurationText => Encoder.Config.Identity;

    Module IBackbone.Body => Encoder;

    string IBackbone.HeadName => HeadName;

    IReadOnlyList<string> IBackbone.TrainedParts =>
        Encoder.Embeddings.Added is null ? [HeadName] : [HeadName, ((IExtendedVocabulary)this).AddedPart];

    BackboneFacts IBackbone.Facts => Encoder.Config.Facts(
        "ForTokenClassification", new ClassifierFacts(Encoder.Config.Labels, Layers: 1, UsesPooler: false, HasBias: true));

    bool ITokenClassifierBackbone.HasSegments => Encoder.Config.TypeVocabularySize > 1;

    Tensor ITokenClassifierBackbone.ClassifyTokens(Tensor ids, Tensor? mask, Tensor? types) => call(new EncoderInputs(ids, mask, types));

    /// <summary>Logits [batch, length, labels].</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The logits.</returns>
    public override Tensor forward(EncoderInputs input) => Logits(Encoder.call(input).LastHidden);

    /// <summary>Applies only the head.</summary>
    /// <param name="hidden">The encoder's last hidden state [batch, length, hidden].</param>
    /// <returns>Logits [batch, length, labels], of the head's dtype.</returns>
    public Tensor Logits(Tensor hidden) => _linear.call(
        SeededDropout.Apply(hidden.to_type(_linear.weight!.dtype), Encoder.Config.HeadDropout, training));
}
