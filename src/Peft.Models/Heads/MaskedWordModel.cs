using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>An encoder with its masked-word head; the decoder is the word embedding (tied) unless config.json says otherwise.</summary>
public sealed class MaskedWordModel : Module<EncoderInputs, Tensor>, IConfiguredBackbone, IEncoderModel
{
    private readonly IWordHead _head;

    /// <summary>Creates a model with new weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="withPooler">Whether the checkpoint contains a pooler, which this model does not use.</param>
    /// <param name="blank">Whether to skip the initialisation of the encoder's weights, because all of them are loaded later.</param>
    public MaskedWordModel(EncoderConfig config, bool withPooler = false, bool blank = false)
        : base(nameof(MaskedWordModel))
    {
        Encoder = new EncoderModel(config, withPooler, blank);
        register_module(config.KeyPrefix, Encoder);
        _head = config.Family switch
        {
            EncoderFamily.Bert => new BertWordHead(config),
            EncoderFamily.DistilBert => new DistilBertWordHead(config),
            EncoderFamily.Electra => new ElectraWordHead(config),
            _ => new RobertaWordHead(config),
        };
        foreach (var (name, part) in _head.Modules)
            register_module(name, part);
    }

    /// <summary>The encoder.</summary>
    public EncoderModel Encoder { get; }

    /// <inheritdoc/>
    public string ConfigurationText => Encoder.Config.Identity;

    Module IBackbone.Body => this;

    string? IBackbone.HeadName => null;

    BackboneFacts IBackbone.Facts => Encoder.Config.Facts("ForMaskedLM", classifier: null);

    /// <summary>Logits over the vocabulary for every token, [batch, length, vocabulary].</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The logits.</returns>
    public override Tensor forward(EncoderInputs input) => Logits(Encoder.call(input).LastHidden);

    /// <summary>Applies only the head.</summary>
    /// <param name="hidden">The encoder's last hidden state [batch, length, hidden].</param>
    /// <returns>Logits [batch, length, vocabulary].</returns>
    public Tensor Logits(Tensor hidden) => _head.Logits(hidden, Encoder.Embeddings.WordWeight);
}
