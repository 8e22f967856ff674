using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Backbones;

/// <summary>A decoder that predicts the next token; the head is the word embedding itself (Hugging Face's <c>GPT2LMHeadModel</c>).</summary>
public sealed class CausalLanguageModel : Module<DecoderInputs, Tensor>
{
    /// <summary>The prefix of the decoder's keys in checkpoints.</summary>
    internal const string KeyPrefix = "transformer";

    /// <summary>Makes a model with new weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="blank">Whether weights are left as the layers' constructors make them, since all are about to be replaced.</param>
    public CausalLanguageModel(DecoderConfig config, bool blank = false)
        : base(nameof(CausalLanguageModel))
    {
        Decoder = new DecoderModel(config, blank);
        register_module(KeyPrefix, Decoder);
    }

    /// <summary>The decoder.</summary>
    public DecoderModel Decoder { get; }

    /// <summary>Logits [batch, length, vocabulary].</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The logits of the token after each.</returns>
    public override Tensor forward(DecoderInputs input) => Logits(Decoder.call(input).LastHidden);

    /// <summary>The head alone.</summary>
    /// <param name="hidden">The decoder's output [..., hidden].</param>
    /// <returns>Logits [..., vocabulary] in float32.</returns>
    public Tensor Logits(Tensor hidden) => functional.linear(hidden, Decoder.WordWeight).to_type(hidden.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
}
