using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Backbones;

/// <summary>Sum of word, position and segment embeddings, normalised (Devlin et al. 2019, figure 2).</summary>
public sealed class EncoderEmbeddings : Module<EncoderInputs, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Embedding word_embeddings;
    private readonly Embedding position_embeddings;
    private readonly Embedding token_type_embeddings;
    private readonly LayerNorm LayerNorm;
#pragma warning restore IDE1006
    private readonly EncoderConfig _config;

    internal EncoderEmbeddings(EncoderConfig config)
        : base(nameof(EncoderEmbeddings))
    {
        _config = config;
        word_embeddings = Embedding(config.VocabularySize, config.HiddenSize);
        position_embeddings = Embedding(config.MaxPositions, config.HiddenSize);
        token_type_embeddings = Embedding(config.TypeVocabularySize, config.HiddenSize);
        LayerNorm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        RegisterComponents();
    }

    /// <summary>The word embedding matrix [vocabulary, hidden], which the masked-word head shares.</summary>
    public Parameter WordWeight => word_embeddings.weight!;

    /// <inheritdoc/>
    public override Tensor forward(EncoderInputs input)
    {
        var types = input.TypeIds ?? input.Ids.zeros_like();
        var sum = word_embeddings.call(input.Ids) + token_type_embeddings.call(types) + position_embeddings.call(Positions(input));
        return functional.dropout(LayerNorm.call(sum), _config.HiddenDropout, training);
    }

    private Tensor Positions(EncoderInputs input)
    {
        if (_config.Family == EncoderFamily.Bert)
            return arange(input.Ids.shape[1], dtype: ScalarType.Int64, device: input.Ids.device).unsqueeze(0);

        // RoBERTa counts real tokens from PadId + 1; padding tokens keep position PadId.
        var real = input.Ids.ne(_config.PadId).to_type(ScalarType.Int64);
        return real.cumsum(1) * real + _config.PadId;
    }
}
