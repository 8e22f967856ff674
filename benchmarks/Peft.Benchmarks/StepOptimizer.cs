using Peft.Training;

namespace Peft.Benchmarks;

/// <summary>The training loop's optimiser: AdamW with weight decay 0.01, gradients clipped to a norm of 1.</summary>
internal static class StepOptimizer
{
    public static Optimizer Create(PeftModel model, double rate, int steps) => new(
        TrainedParameter.List(model),
        new TrainingOptions { LearningRate = rate, WeightDecay = 0.01, MaxGradNorm = 1, WarmupRatio = 0 },
        steps,
        model.Adapter?.Spec.Mixture?.DecayUnpicked ?? false);
}
