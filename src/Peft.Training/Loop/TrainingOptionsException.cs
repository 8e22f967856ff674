using Peft.Tasks;

namespace Peft.Training;

/// <summary>A setting of a run is not allowed.</summary>
/// <param name="option">The option's name on the command line.</param>
/// <param name="problem">What was found and what was expected.</param>
public sealed class TrainingOptionsException(string option, string problem) : Exception($"--{option}: {problem}.")
{
    /// <summary>The option's name.</summary>
    public string Option { get; } = option;

    /// <summary>What was found and what was expected.</summary>
    public string Problem { get; } = problem;
}

/// <summary>Checks a run's settings before anything is loaded.</summary>
public static class TrainingOptionsCheck
{
    /// <summary>Checks.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="TrainingOptionsException">The first setting that is not allowed.</exception>
    public static void Check(TrainingOptions options)
    {
        AtLeast("epochs", options.Epochs, 1);
        AtLeast("max-steps", options.MaxSteps, 0);
        AtLeast("batch-size", options.BatchSize, 1);
        AtLeast("gradient-accumulation", options.GradientAccumulation, 1);
        AtLeast("max-length", options.MaxLength, 3);
        AtLeast("train-limit", options.TrainLimit, 0);
        AtLeast("dev-limit", options.DevLimit, 0);
        AtLeast("threads", options.Threads, 0);
        AtLeast("warmup-steps", options.WarmupSteps, 0);
        Number("learning-rate", options.LearningRate ?? 1, double.Epsilon, 10);
        Number("weight-decay", options.WeightDecay, 0, 10);
        Number("adam-epsilon", options.AdamEpsilon, double.Epsilon, 1);
        Number("label-smoothing", options.LabelSmoothing, 0, 0.999);
        Number("backbone-dropout", options.BackboneDropout ?? 0, 0, 0.999);
        Number("warmup-ratio", options.WarmupRatio, 0, 1);
        Number("max-grad-norm", options.MaxGradNorm, 0, double.MaxValue);
        AtLeast("checkpoint-every", options.CheckpointEvery, 0);
        AtLeast("keep-checkpoints", options.KeepCheckpoints, 1);
        OneOf("non-finite", options.NonFinite, NonFiniteGuard.Stop, NonFiniteGuard.Skip, NonFiniteGuard.Rollback);
        if (options.Output is null && (options.CheckpointEvery > 0 || options.Resume))
            throw new TrainingOptionsException(options.Resume ? "resume" : "checkpoint-every", "needs --output, the folder whose checkpoints are meant");
        if (options.NonFinite == NonFiniteGuard.Rollback && options.CheckpointEvery == 0)
            throw new TrainingOptionsException("non-finite", "rollback needs checkpoints to go back to: give --checkpoint-every");
        OneOf("device", options.Device, "auto", "cpu", "cuda");
        OneOf("backbone-dtype", options.BackboneDtype, "float32", "bfloat16");
        OneOf("matmul-precision", options.MatmulPrecision, [.. MatrixPrecision.Words]);
        if (options.Score is not null)
            OneOf("score", options.Score, "dev", "test");
    }

    /// <summary>Refuses settings that only data-to-text tasks have.</summary>
    internal static void RefuseDecoderOptions(TrainingOptions options)
    {
        string? found = options switch
        {
            { Score: not null } => "score",
            { LabelSmoothing: > 0 } => "label-smoothing",
            _ => null,
        };
        if (found is not null)
            throw new TrainingOptionsException(found, $"is for data-to-text tasks, and {options.Task} is none; leave it out, or give --task ({string.Join(", ", GenerationTasks.Names)})");
    }

    private static void AtLeast(string option, int value, int min)
    {
        if (value < min)
            throw new TrainingOptionsException(option, $"{value} is too small; expected a whole number of at least {min}");
    }

    private static void Number(string option, double value, double min, double max)
    {
        if (!double.IsFinite(value) || value < min || value > max)
            throw new TrainingOptionsException(option, $"{value} is not a number from {min} to {max}");
    }

    private static void OneOf(string option, string value, params string[] allowed)
    {
        if (!allowed.Contains(value))
            throw new TrainingOptionsException(option, $"'{value}' is not one of {string.Join(", ", allowed)}{NearestName.Hint(value, allowed)}");
    }
}
