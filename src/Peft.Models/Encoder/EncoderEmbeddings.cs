using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>Sum of word, position and segment embeddings, normalised (Devlin et al. 2019, figure 2).</summary>
[InjectionHost]
internal sealed partial class EncoderEmbeddings : Module<EncoderInputs, int, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Embedding word_embeddings;
    private readonly Embedding position_embeddings;
    private readonly Embedding? token_type_embeddings; // DistilBERT has none
    private readonly LayerNorm LayerNorm;
    private readonly AddedWords? added_words;
#pragma warning restore IDE1006
    private readonly EncoderConfig _config;

    internal EncoderEmbeddings(EncoderConfig config)
        : base(nameof(EncoderEmbeddings))
    {
        _config = config;
        var width = config.EmbeddingSize;
        word_embeddings = Embedding(config.VocabularySize, width);
        position_embeddings = Embedding(config.MaxPositions, width);
        token_type_embeddings = config.TypeVocabularySize > 0 ? Embedding(config.TypeVocabularySize, width) : null;
        LayerNorm = LayerNorm(width, config.LayerNormEpsilon);
        added_words = config.Added is { } ids ? new AddedWords(ids, width) : null;
        RegisterComponents();
    }

    /// <summary>The name of the added rows among the embeddings' children.</summary>
    public const string AddedName = nameof(added_words);

    /// <summary>The rows of added tokens; null for none.</summary>
    public AddedWords? Added => added_words;

    /// <summary>The word embedding matrix [vocabulary, width], which the masked-word head shares.</summary>
    public Parameter WordWeight => word_embeddings.weight!;

    [EmbeddingSite(Site.WordEmbeddings, nameof(word_embeddings))]
    private partial Tensor Prepend(Tensor words);

    [NormSite(Site.EmbeddingNorm, nameof(LayerNorm))]
    private partial Tensor Normalize(Tensor x);

    /// <summary>Embeds a batch.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="shift">The number of positions by which real tokens are shifted.</param>
    /// <returns>[batch, virtual tokens + length, width]; virtual tokens are those that methods add.</returns>
    /// <exception cref="SequenceTooLongException">The sequence has more tokens than the backbone has positions.</exception>
    public override Tensor forward(EncoderInputs input, int shift)
    {
        var words = Prepend(AddedWords.Embed(word_embeddings, added_words, input.Ids));
        var added = words.shape[1] - input.Ids.shape[1];
        var real = Extended(input, added);
        var sum = token_type_embeddings is null ? words : words + token_type_embeddings.call(real.TypeIds ?? real.Ids.zeros_like());
        sum = added == 0 || PrependPoint.ShiftsPositions
            ? sum + position_embeddings.call(Positions(real, shift))
            : cat([sum.narrow(1, 0, added), sum.narrow(1, added, input.Ids.shape[1]) + position_embeddings.call(Positions(input, shift))],
                1);
        return SeededDropout.Apply(Normalize(sum), _config.HiddenDropout, training);
    }

    /// <summary>The inputs with virtual tokens in front, which are not padding and belong to the first segment.</summary>
    private EncoderInputs Extended(EncoderInputs input, long added)
    {
        if (added == 0)
            return input;
        var ids = full([input.Ids.shape[0], added], _config.PadId + 1, dtype: ScalarType.Int64, device: input.Ids.device);
        return input with
        {
            Ids = cat([ids, input.Ids], 1),
            TypeIds = input.TypeIds is { } types ? cat([ids.zeros_like(), types], 1) : null,
        };
    }

    private Tensor Positions(EncoderInputs input, int shift)
    {
        var length = input.Ids.shape[1] + shift;
        if (length > _config.MaxLength)
            throw new SequenceTooLongException(length, _config.MaxLength);
        if (!_config.Layout.CountsRealTokens)
            return arange(shift, length, dtype: ScalarType.Int64, device: input.Ids.device).unsqueeze(0);

        // RoBERTa counts real tokens from PadId + 1; padding tokens keep position PadId.
        var real = input.Ids.ne(_config.PadId).to_type(ScalarType.Int64);
        return (real.cumsum(1) + shift) * real + _config.PadId;
    }
}
