using static TorchSharp.torch;

namespace Peft.Methods;

/// <summary>Prompt tuning: trained embeddings in front of the words' (Lester et al. 2021, section 2).</summary>
[PeftMethod("prompt", Paper = "https://arxiv.org/abs/2104.08691")]
[InjectAt(Site.WordEmbeddings)]
public sealed partial class Prompt : EmbeddingMethod
{
    /// <summary>Virtual tokens.</summary>
    [Option(Min = 1, Description = "virtual tokens")] public int Length { get; init; } = 20;

    /// <summary>Whether virtual tokens take the first positions.</summary>
    [Option(Description = "virtual tokens take the first positions; false: the words keep theirs")] public bool ShiftPositions { get; init; } = true;

    [Trainable("Length, Hidden", Init = Init.Normal)] private partial Tensor Embeddings { get; }

    /// <inheritdoc/>
    protected override bool ShiftsPositions => ShiftPositions;

    /// <inheritdoc/>
    protected override Tensor Apply() => Embeddings;
}
