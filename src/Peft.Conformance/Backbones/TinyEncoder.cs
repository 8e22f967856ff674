using Peft.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>An encoder with a classification head; padding on the right.</summary>
internal sealed class TinyEncoder(EncoderFamily family) : ITinyBackbone
{
    public int HiddenSize => Config(0).HiddenSize;

    public int Heads => Config(0).Heads;

    public string HeadName => SequenceClassifier.HeadName;

    public TokenBatch Batch() => TokenBatch.Of(Config(0).PadId, 0, 0, 0);

    public nn.Module Make(int seed, double dropout, bool float64)
    {
        manual_seed(seed);
        var classifier = new SequenceClassifier(Config(dropout));
        if (float64)
            classifier.to(ScalarType.Float64);
        classifier.eval();
        return classifier;
    }

    public Tensor Call(nn.Module module, Tensor ids, Tensor? mask) => Of(module).call(new EncoderInputs(ids, mask));

    public Tensor Real(Tensor logits, int row, int start, int length) => logits.narrow(0, row, 1);

    public (Tensor Logits, Tensor Labels) Scored(Tensor logits, TokenBatch batch) => (logits, tensor(new long[] { 0, 2, 1 }));

    public void ToHalf(nn.Module module) => Of(module).Encoder.to(ScalarType.BFloat16);

    public void Checkpoint(nn.Module module) => Of(module).Encoder.Stack.CheckpointsActivations = true;

    /// <summary>The classifier that is behind a case's module.</summary>
    public static SequenceClassifier Of(nn.Module module) => (SequenceClassifier)module;

    private EncoderConfig Config(double dropout) => new()
    {
        Family = family,
        VocabularySize = 37,
        HiddenSize = 16,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 24,
        MaxPositions = 24,
        TypeVocabularySize = family == EncoderFamily.Bert ? 2 : 1,
        PadId = family == EncoderFamily.Bert ? 0 : 1,
        HiddenDropout = dropout,
        AttentionDropout = dropout,
        Labels = 3,
        InitializerRange = 0.3,
    };
}
