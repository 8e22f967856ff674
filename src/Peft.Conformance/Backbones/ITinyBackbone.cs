using static TorchSharp.torch;

namespace Peft;

/// <summary>A small random backbone for checks, with access to its outputs. It is fast and needs no files or network.</summary>
internal interface ITinyBackbone
{
    /// <summary>Width of the hidden stream.</summary>
    int HiddenSize { get; }

    /// <summary>Attention heads.</summary>
    int Heads { get; }

    /// <summary>The name of the trainable head's module; null where there is none.</summary>
    string? HeadName { get; }

    /// <summary>A batch with padding on every side that the backbone supports.</summary>
    TokenBatch Batch();

    /// <summary>Creates a backbone with new weights from a seed, in evaluation mode.</summary>
    nn.Module Make(int seed, double dropout, bool float64);

    /// <summary>The logits of a pass: [rows, classes] or [rows, length, classes].</summary>
    Tensor Call(nn.Module module, Tensor ids, Tensor? mask);

    /// <summary>The logits of a padded row's real tokens, in the shape that the row gives without padding: [1, ...].</summary>
    Tensor Real(Tensor logits, int row, int start, int length);

    /// <summary>The logits in the training loss [n, classes], and their classes, int64 [n].</summary>
    (Tensor Logits, Tensor Labels) Scored(Tensor logits, TokenBatch batch);

    /// <summary>Converts all but the head to bfloat16.</summary>
    void ToHalf(nn.Module module);

    /// <summary>Enables recomputation of activations.</summary>
    void Recompute(nn.Module module);
}
