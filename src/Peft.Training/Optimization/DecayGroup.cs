namespace Peft.Training;

/// <summary>The trained parameters of one kind, with whether AdamW decays them.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="IsDecayed">Whether weight decay applies.</param>
/// <param name="Tensors">The number of parameters.</param>
/// <param name="Elements">Their elements.</param>
public sealed record DecayGroup(ParameterKind Kind, bool IsDecayed, int Tensors, long Elements)
{
    /// <summary>Groups what training updates in a model, the head included.</summary>
    /// <param name="model">The model with its active adapters.</param>
    /// <param name="options">The settings; <see cref="TrainingOptions.DecayAll"/> and <see cref="TrainingOptions.NoEmbeddingDecay"/>
    /// matter.</param>
    /// <returns>A group for each kind that occurs.</returns>
    public static IReadOnlyList<DecayGroup> Count(PeftModel model, TrainingOptions options) =>
        [.. TrainedParameter.List(model).GroupBy(one => one.Kind).OrderBy(kind => kind.Key).Select(kind => new DecayGroup(
            kind.Key, kind.First().Decays(options), kind.Count(), kind.Sum(one => one.Parameter.numel())))];
}
