using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>
/// A decoder that predicts the next token (Hugging Face's <c>GPT2LMHeadModel</c>). By default, the head shares the word embedding's
/// weights.
/// </summary>
public sealed class CausalLanguageModel : Module<DecoderInputs, Tensor>, IConfiguredBackbone, IDecoderModel
{
    /// <summary>The prefix of the decoder's keys in checkpoints.</summary>
    internal const string KeyPrefix = "transformer";

    /// <summary>The head's name in checkpoints, where it has a matrix of its own.</summary>
    internal const string HeadKey = "lm_head";

    private readonly Linear? _head;

    /// <summary>Creates a model with new weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="blank">Whether to skip the initialisation, because all weights are loaded later.</param>
    public CausalLanguageModel(DecoderConfig config, bool blank = false)
        : base(nameof(CausalLanguageModel))
    {
        Decoder = new DecoderModel(config, blank);
        register_module(KeyPrefix, Decoder);
        if (config.TiesHead)
            return;
        _head = Linear(config.HiddenSize, config.VocabularySize, hasBias: false);
        register_module(HeadKey, _head);
        if (!blank)
            Initialization.Apply(_head, config.InitializerRange);
    }

    /// <summary>The decoder.</summary>
    public DecoderModel Decoder { get; }

    /// <summary>The head's matrix [vocabulary, hidden], which may be the word embedding.</summary>
    public Tensor HeadWeight => _head?.weight ?? AddedWords.Whole(Decoder.WordWeight, Decoder.Added);

    /// <inheritdoc/>
    public string ConfigurationText => Decoder.Config.Identity;

    Module IBackbone.Body => this;

    string? IBackbone.HeadName => null;

    IReadOnlyList<string> IBackbone.TrainedParts => Decoder.Added is null ? [] : [((IExtendedVocabulary)this).AddedPart];

    BackboneFacts IBackbone.Facts => Decoder.Config.Facts("GPT2LMHeadModel", classifier: null);

    /// <summary>Logits [batch, length, vocabulary].</summary>
    /// <param name="input">The batch.</param>
    /// <returns>At each position, the logits of the next token.</returns>
    public override Tensor forward(DecoderInputs input) => Logits(Decoder.call(input).LastHidden);

    /// <summary>Applies only the head.</summary>
    /// <param name="hidden">The decoder's output [..., hidden].</param>
    /// <returns>Logits [..., vocabulary] in float32.</returns>
    public Tensor Logits(Tensor hidden) => LinearMap.Apply(hidden, HeadWeight, null)
        .to_type(hidden.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
}
