namespace Peft.Training;

/// <summary>Everything that a fine-tuning run is told; bound from configuration or the command line.</summary>
public sealed record TrainingOptions
{
    /// <summary>The backbone: <c>builtin</c> or a checkpoint folder.</summary>
    public string Backbone { get; init; } = BackboneSource.BuiltIn;

    /// <summary>The task: <c>builtin</c>, a GLUE task or a data-to-text task.</summary>
    public string Task { get; init; } = TaskSource.BuiltIn;

    /// <summary>The folder with the task's own files; not for the built-in task.</summary>
    public string? Data { get; init; }

    /// <summary>
    /// The part of a data-to-text task, <c>dev</c> or <c>test</c>, whose contexts are decoded and scored after training; null for none. Scores join the metrics, texts and
    /// references are written to <see cref="Output"/>.
    /// </summary>
    public string? Score { get; init; }

    /// <summary><c>full</c>, <c>head-only</c>, a method, or <c>adamix(method)</c>.</summary>
    public string Method { get; init; } = "lora";

    /// <summary>Values of options by <c>method.option</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder for result, adapter and log; null writes nothing.</summary>
    public string? Output { get; init; }

    /// <summary>Passes over the training data.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Stops after this many optimiser steps; 0 for no limit.</summary>
    public int MaxSteps { get; init; }

    /// <summary>Rows in a forward pass.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Forward passes for one optimiser step.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Computes each layer again in the backward pass instead of keeping its activations: the same numbers for less memory and more time.</summary>
    public bool ActivationCheckpointing { get; init; }

    /// <summary>Highest learning rate; null takes <see cref="TuningMethod.DefaultLearningRate"/>.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Decoupled weight decay, not on biases and norms.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decays biases and norms as well.</summary>
    public bool DecayAll { get; init; }

    /// <summary>What AdamW adds to the root of the second moment.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>Share of the probability that a language model's loss spreads over the vocabulary; for generation tasks.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Share of the steps over which the rate rises to its highest; it falls linearly to 0 after.</summary>
    public double WarmupRatio { get; init; } = 0.06;

    /// <summary>Steps over which the rate rises, whatever <see cref="WarmupRatio"/> says; 0 for the ratio.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Gradients are scaled down to this norm; 0 for never.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Longest sequence, special tokens included; longer ones are cut.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>Uses this many training rows (after a seeded shuffle); 0 for all.</summary>
    public int TrainLimit { get; init; }

    /// <summary>Uses this many development rows; 0 for all.</summary>
    public int DevLimit { get; init; }

    /// <summary>Seeds new weights, order, dropout and routes.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads to compute with on the CPU; 0 for one on each core.</summary>
    public int Threads { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The frozen backbone's dtype: <c>float32</c> or <c>bfloat16</c>; trainables are always float32.</summary>
    public string BackboneDtype { get; init; } = "float32";

    /// <summary>
    /// The precision of float32 matrix products: <c>highest</c>, <c>high</c> or <c>medium</c>, as <c>torch.set_float32_matmul_precision</c>. <c>medium</c> computes products in
    /// bfloat16 with float32 sums on CPUs.
    /// </summary>
    public string MatmulPrecision { get; init; } = MatrixPrecision.Highest;

    /// <summary>Every dropout inside a decoder backbone (methods have their own); null takes config.json's. For data-to-text tasks.</summary>
    public double? BackboneDropout { get; init; }

    /// <summary>Writes a checkpoint of the whole run after every so many optimiser steps; 0 for never. Needs <see cref="Output"/>.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>How many checkpoints are kept.</summary>
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Goes on from the latest checkpoint of <see cref="Output"/> that is whole; from the beginning where there is none.</summary>
    public bool Resume { get; init; }

    /// <summary>What is done about a loss or gradient that is not finite: <c>stop</c>, <c>skip</c> the step, or <c>rollback</c> to the latest checkpoint and leave the step out.</summary>
    public string NonFinite { get; init; } = NonFiniteGuard.Stop;

    /// <summary>Keeps the weights of the epoch with the best development metric instead of the last.</summary>
    public bool SelectBest { get; init; } = true;
}
