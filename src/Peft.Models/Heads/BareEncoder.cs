using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>An encoder without a head, as Hugging Face's <c>BertModel</c> and <c>RobertaModel</c>.</summary>
public sealed class BareEncoder : Module<EncoderInputs, Tensor>, IConfiguredBackbone, IEncoderModel
{
    /// <summary>Creates an encoder with new weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="withPooler">Whether to include the checkpoint's pooler.</param>
    /// <param name="blank">Whether to skip the initialisation, because all weights are loaded later.</param>
    public BareEncoder(EncoderConfig config, bool withPooler, bool blank = false)
        : base(nameof(BareEncoder))
    {
        Encoder = new EncoderModel(config, withPooler, blank);
        register_module(config.KeyPrefix, Encoder);
    }

    /// <summary>The encoder.</summary>
    public EncoderModel Encoder { get; }

    /// <inheritdoc/>
    public string ConfigurationText => Encoder.Config.Identity;

    Module IBackbone.Body => this;

    string? IBackbone.HeadName => null;

    BackboneFacts IBackbone.Facts => Encoder.Config.Facts("Model", classifier: null) with { IsBare = true };

    /// <summary>The last hidden state.</summary>
    /// <param name="input">The batch.</param>
    /// <returns>[batch, length, hidden].</returns>
    public override Tensor forward(EncoderInputs input) => Encoder.call(input).LastHidden;
}
