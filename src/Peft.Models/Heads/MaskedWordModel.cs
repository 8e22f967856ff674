using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>An encoder with its masked-word head; the decoder is the word embedding (tied) unless config.json says otherwise.</summary>
public sealed class MaskedWordModel : Module<EncoderInputs, Tensor>, IConfiguredBackbone, IMaskedWordBackbone, IEncoderModel
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

    /// <summary>Whether the head is new, because the checkpoint has none, so that it is trained and saved beside the adapter.</summary>
    public bool TrainsHead { get; internal set; }

    /// <inheritdoc/>
    public string ConfigurationText => Encoder.Config.Identity;

    Module IBackbone.Body => this;

    string? IBackbone.HeadName => null;

    IReadOnlyList<string> IBackbone.TrainedParts => TrainsHead ? Encoder.Config.Layout.WordHead : [];

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
        var dtype = _head.Modules.First().Module.parameters().First().dtype;
        return _head.Logits(hidden.to_type(dtype), Encoder.Embeddings.WordWeight.to_type(dtype));
    }
}
