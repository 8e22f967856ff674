using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>
/// A decoder with a classification or regression head on each row's last real token (Hugging Face's <c>GPT2ForSequenceClassification</c>).
/// </summary>
public sealed class DecoderClassifier : Module<DecoderInputs, Tensor>, IConfiguredBackbone, IClassifierBackbone, IDecoderModel
{
    /// <summary>The head's name in checkpoints.</summary>
    public const string HeadName = "score";

    private readonly Linear _score;

    /// <summary>Creates a classifier with new weights.</summary>
    /// <param name="config">The sizes; <see cref="DecoderConfig.Labels"/> outputs.</param>
    /// <param name="blank">Whether to skip the initialisation of the decoder's weights, because all of them are loaded later.</param>
    public DecoderClassifier(DecoderConfig config, bool blank = false)
        : base(nameof(DecoderClassifier))
    {
        Decoder = new DecoderModel(config, blank);
        register_module(CausalLanguageModel.KeyPrefix, Decoder);
        _score = Linear(config.HiddenSize, config.Labels, hasBias: false);
        register_module(HeadName, _score);
        Initialization.Apply(_score, config.InitializerRange);
    }

    /// <summary>The decoder.</summary>
    public DecoderModel Decoder { get; }

    /// <inheritdoc/>
    public string ConfigurationText => Decoder.Config.Identity;

    Module IBackbone.Body => Decoder;

    string IBackbone.HeadName => HeadName;

    IReadOnlyList<string> IBackbone.TrainedParts =>
        Decoder.Added is null ? [HeadName] : [HeadName, ((IExtendedVocabulary)this).AddedPart];

    BackboneFacts IBackbone.Facts => Decoder.Config.Facts(
        "GPT2ForSequenceClassification", new ClassifierFacts(Decoder.Config.Labels, Layers: 1, UsesPooler: false, HasBias: false));

    bool IClassifierBackbone.HasSegments => false;

    Tensor IClassifierBackbone.Classify(Tensor ids, Tensor? mask, Tensor? types) => call(new DecoderInputs(ids, mask));

    /// <summary>Logits [batch, labels], of the head's dtype.</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The logits.</returns>
    public override Tensor forward(DecoderInputs input)
    {
        var hidden = Decoder.call(input).LastHidden;
        return _score.call(LastTokens(hidden, input.Mask).to_type(_score.weight!.dtype));
    }

    /// <summary>The state of each row's last real token, [batch, hidden].</summary>
    private static Tensor LastTokens(Tensor hidden, Tensor? mask)
    {
        if (mask is null)
            return hidden.select(1, hidden.shape[1] - 1);
        // position times mask is largest at the last 1
        var last = (mask.to_type(ScalarType.Int64) * arange(mask.shape[1], dtype: ScalarType.Int64, device: mask.device)).argmax(1); // [B]
        return hidden.gather(1, last.view(-1, 1, 1).expand(hidden.shape[0], 1, hidden.shape[2])).squeeze(1);
    }
}
