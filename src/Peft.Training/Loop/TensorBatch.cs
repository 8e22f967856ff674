using Peft.Backbones;
using Peft.Tasks;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>A batch on the model's device.</summary>
/// <param name="Inputs">Ids, mask (null when no row is padded) and segments.</param>
/// <param name="Labels">int64 [rows] for classes, float32 [rows] for scores.</param>
/// <param name="Tokens">Real tokens.</param>
internal sealed record TensorBatch(EncoderInputs Inputs, Tensor Labels, long Tokens)
{
    public static TensorBatch Of(Batch batch, SequenceClassifier classifier)
    {
        var device = classifier.Encoder.Embeddings.WordWeight.device;
        var tokens = batch.AttentionMask.Sum();
        Tensor Matrix(long[] values) => tensor(values, batch.Rows, batch.Length).to(device);
        var hasTypes = classifier.Encoder.Config.TypeVocabularySize > 1;
        var inputs = new EncoderInputs(
            Matrix(batch.InputIds),
            tokens == batch.AttentionMask.Length ? null : Matrix(batch.AttentionMask),
            hasTypes ? Matrix(batch.TypeIds) : null);
        var labels = batch.Scores is { } scores ? tensor(scores) : tensor(batch.Classes!);
        return new TensorBatch(inputs, labels.to(device), tokens);
    }
}
