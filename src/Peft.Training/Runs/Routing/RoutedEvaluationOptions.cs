namespace Peft.Training;

/// <summary>Which experts of a mixture <see cref="TrainedModel.EvaluateRouted"/> uses.</summary>
public sealed record RoutedEvaluationOptions
{
    /// <summary>
    /// <see cref="MixtureInference.Random"/> samples routes and computes the metrics of each; <see cref="MixtureInference.Ensemble"/>
    /// averages the probabilities of sampled routes; <see cref="MixtureInference.Fixed"/> uses <see cref="Expert"/> everywhere.
    /// </summary>
    public MixtureInference Inference { get; init; } = MixtureInference.Random;

    /// <summary>The part of a batch that shares a sampled route.</summary>
    public RouteUnit Unit { get; init; } = RouteUnit.Batch;

    /// <summary>The expert of <see cref="MixtureInference.Fixed"/>, from 0; a group with fewer experts uses its last one.</summary>
    public int Expert { get; init; }

    /// <summary>How many times routes are sampled, at least 1.</summary>
    public int Draws { get; init; } = 10;

    /// <summary>The seed of the routes. Sample i is the same for every number of samples.</summary>
    public ulong Seed { get; init; } = 1;
}
