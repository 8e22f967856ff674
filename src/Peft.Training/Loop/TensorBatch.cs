using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>A batch on the model's device.</summary>
/// <param name="Ids">Token ids, int64 [rows, length].</param>
/// <param name="Mask">1 for real tokens, int64 [rows, length]; null when no row is padded.</param>
/// <param name="Types">Segments, int64 [rows, length]; null if the backbone has none.</param>
/// <param name="Labels">int64 [rows] for classes, float32 [rows] for scores, float32 [rows, classes] for sets of classes.</param>
/// <param name="Tokens">The number of real tokens.</param>
internal sealed record TensorBatch(Tensor Ids, Tensor? Mask, Tensor? Types, Tensor Labels, long Tokens)
{
    /// <summary>The token of each row at which the model answers, as an index into rows times length, int64 [rows]; null for whole
    /// rows.</summary>
    public Tensor? Places { get; init; }

    public static TensorBatch Create(Batch batch, nn.Module backbone)
    {
        var device = backbone.parameters().First().device;
        var tokens = batch.AttentionMask.Sum();
        Tensor Matrix(long[] values) => tensor(values, batch.Rows, batch.Length).to(device);
        var labels = batch.Targets is { } targets ? tensor(targets, batch.Rows, targets.Length / batch.Rows)
            : batch.Scores is { } scores ? tensor(scores) : tensor(batch.Classes!);
        return new TensorBatch(
            Matrix(batch.InputIds),
            tokens == batch.AttentionMask.Length ? null : Matrix(batch.AttentionMask),
            backbone is IClassifierBackbone { HasSegments: true } ? Matrix(batch.TypeIds) : null,
            labels.to(device),
            tokens)
        {
            Places = batch.Places is { } places ? tensor(places).to(device) : null,
        };
    }
}
