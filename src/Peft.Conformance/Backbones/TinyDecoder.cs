using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A causal language model whose head is the frozen word embedding; one row is padded on the left and one on the right.</summary>
internal sealed class TinyDecoder : ITinyBackbone
{
    public int HiddenSize => Config(0).HiddenSize;

    public int Heads => Config(0).Heads;

    public string? HeadName => null;

    public TokenBatch Batch() => TokenBatch.Create(Config(0).PadId, 0, TokenBatch.Columns - TokenBatch.Lengths[1], 0);

    public nn.Module Make(int seed, double dropout, bool float64)
    {
        manual_seed(seed);
        var decoder = new CausalLanguageModel(Config(dropout));
        if (float64)
            decoder.to(ScalarType.Float64);
        decoder.eval();
        return decoder;
    }

    public Tensor Call(nn.Module module, Tensor ids, Tensor? mask) => LanguageModel(module).call(new DecoderInputs(ids, mask));

    public Tensor Real(Tensor logits, int row, int start, int length) => logits.narrow(0, row, 1).narrow(1, start, length);

    /// <summary>Every real token is the class of the previous one in its row.</summary>
    public (Tensor Logits, Tensor Labels) Scored(Tensor logits, TokenBatch batch)
    {
        var steps = TokenBatch.Columns - 1;
        var both = (batch.Mask.narrow(1, 0, steps) * batch.Mask.narrow(1, 1, steps)).reshape(-1); // [rows * steps]
        var at = both.nonzero().squeeze(1);
        return (
            logits.narrow(1, 0, steps).reshape(-1, logits.shape[2]).index_select(0, at),
            batch.Ids.narrow(1, 1, steps).reshape(-1).index_select(0, at));
    }

    public void ToHalf(nn.Module module) => LanguageModel(module).to(ScalarType.BFloat16);

    public void Recompute(nn.Module module) => LanguageModel(module).Decoder.RecomputesActivations = true;

    /// <summary>The language model of a case's module.</summary>
    public static CausalLanguageModel LanguageModel(nn.Module module) => (CausalLanguageModel)module;

    private static DecoderConfig Config(double dropout) => new()
    {
        VocabularySize = 37,
        HiddenSize = 16,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 24,
        MaxPositions = 24,
        EmbeddingDropout = dropout,
        HiddenDropout = dropout,
        AttentionDropout = dropout,
        InitializerRange = 0.3,
    };
}
