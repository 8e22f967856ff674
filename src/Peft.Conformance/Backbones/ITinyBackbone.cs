using static TorchSharp.torch;

namespace Peft;

/// <summary>A small random backbone for checks, and how its outputs are read: fast, no files, no network.</summary>
internal interface ITinyBackbone
{
    /// <summary>Width of the hidden stream.</summary>
    int HiddenSize { get; }

    /// <summary>Attention heads.</summary>
    int Heads { get; }

    /// <summary>The name of the trainable head's module; null where there is none.</summary>
    string? HeadName { get; }

    /// <summary>A batch with padding wherever the backbone takes it.</summary>
    TokenBatch Batch();

    /// <summary>New weights from a seed, in evaluation mode.</summary>
    nn.Module Make(int seed, double dropout, bool float64);

    /// <summary>The logits of a pass: [rows, classes] or [rows, length, classes].</summary>
    Tensor Call(nn.Module module, Tensor ids, Tensor? mask);

    /// <summary>The logits of a padded row that belong to its real tokens, as the row alone gives them: [1, ...].</summary>
    Tensor Real(Tensor logits, int row, int start, int length);

    /// <summary>The logits that are scored in training [n, classes], and their classes, int64 [n].</summary>
    (Tensor Logits, Tensor Labels) Scored(Tensor logits, TokenBatch batch);

    /// <summary>Turns all but the head to bfloat16.</summary>
    void ToHalf(nn.Module module);

    /// <summary>Turns activation checkpointing on.</summary>
    void Checkpoint(nn.Module module);
}
