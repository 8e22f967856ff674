using Peft.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A small random encoder and a batch for it: fast, no files, no network.</summary>
internal static class TinyBackbone
{
    public static EncoderConfig Config(EncoderFamily family, double dropout = 0) => new()
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

    public static SequenceClassifier Classifier(EncoderFamily family, int seed = 7, double dropout = 0, bool float64 = false)
    {
        manual_seed(seed);
        var classifier = new SequenceClassifier(Config(family, dropout));
        if (float64)
            classifier.to(ScalarType.Float64);
        classifier.eval();
        return classifier;
    }

    /// <summary>Tokens of the batch's rows.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [9, 6, 4];

    /// <summary>Three rows of 9, 6 and 4 tokens.</summary>
    public static EncoderInputs Batch(EncoderFamily family)
    {
        var pad = Config(family).PadId;
        var ids = new long[27];
        var mask = new long[27];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 9; column++)
            {
                var real = column < Lengths[row];
                ids[(row * 9) + column] = real ? 3 + (((row * 11) + (column * 5)) % 30) : pad;
                mask[(row * 9) + column] = real ? 1 : 0;
            }
        }

        return new EncoderInputs(tensor(ids, 3, 9), tensor(mask, 3, 9));
    }

    public static Tensor Labels() => tensor(new long[] { 0, 2, 1 });
}
