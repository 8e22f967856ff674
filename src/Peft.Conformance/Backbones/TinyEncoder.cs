using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>An encoder with a classification head; padding on the right.</summary>
internal sealed class TinyEncoder(EncoderFamily family) : ITinyBackbone
{
    /// <summary>Tokens in the rows of <see cref="Batch(EncoderFamily)"/>.</summary>
    public static IReadOnlyList<int> Lengths => TokenBatch.Lengths;

    public int HiddenSize => Config(family).HiddenSize;

    public int Heads => Config(family).Heads;

    public string HeadName => SequenceClassifier.HeadName;

    public TokenBatch Batch() => TokenBatch.Create(Config(family).PadId, 0, 0, 0);

    public nn.Module Make(int seed, double dropout, bool float64) => Classifier(family, seed, dropout, float64);

    public Tensor Call(nn.Module module, Tensor ids, Tensor? mask) => Classifier(module).call(new EncoderInputs(ids, mask));

    public Tensor Real(Tensor logits, int row, int start, int length) => logits.narrow(0, row, 1);

    public (Tensor Logits, Tensor Labels) Scored(Tensor logits, TokenBatch batch) => (logits, Labels());

    public void ToHalf(nn.Module module) => Classifier(module).Encoder.to(ScalarType.BFloat16);

    public void Recompute(nn.Module module) => Classifier(module).Encoder.Stack.RecomputesActivations = true;

    /// <summary>The classifier of a case's module.</summary>
    public static SequenceClassifier Classifier(nn.Module module) => (SequenceClassifier)module;

    public static EncoderConfig Config(EncoderFamily family, double dropout = 0) => new()
    {
        Family = family,
        VocabularySize = 37,
        HiddenSize = 16,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 24,
        MaxPositions = 24,
        EmbeddingSize = family == EncoderFamily.Electra ? 8 : 0,
        TypeVocabularySize = family switch { EncoderFamily.DistilBert => 0, EncoderFamily.Bert or EncoderFamily.Electra => 2, _ => 1 },
        PadId = family is EncoderFamily.Roberta or EncoderFamily.XlmRoberta ? 1 : 0,
        HiddenDropout = dropout,
        AttentionDropout = dropout,
        Labels = 3,
        InitializerRange = 0.3,
    };

    public static SequenceClassifier Classifier(EncoderFamily family, int seed = 7, double dropout = 0, bool float64 = false)
    {
        manual_seed(seed);
        var classifier = new SequenceClassifier(Config(family, dropout));
        if (float64)
            classifier.to(ScalarType.Float64);
        classifier.eval();
        return classifier;
    }

    /// <summary>Converts the batch to an encoder's inputs.</summary>
    public static EncoderInputs Batch(EncoderFamily family)
    {
        var batch = new TinyEncoder(family).Batch();
        return new EncoderInputs(batch.Ids, batch.Mask);
    }

    /// <summary>The class of each row of the batch.</summary>
    public static Tensor Labels() => tensor(new long[] { 0, 2, 1 });
}
