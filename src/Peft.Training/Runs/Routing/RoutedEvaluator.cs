using Peft.Data;

namespace Peft.Training;

/// <summary>Evaluates a task's development examples with chosen or sampled experts of a mixture.</summary>
/// <param name="router">The mixture's router.</param>
/// <param name="session">The task, bound to the model.</param>
internal sealed class RoutedEvaluator(Router router, ITaskSession session)
{
    /// <summary>Evaluates; the router's settings are then as before.</summary>
    /// <exception cref="RoutedEvaluationException">The way needs what the task or mixture does not have.</exception>
    /// <exception cref="RoutingException">The methods cannot be split into the parts that are to share a route.</exception>
    public RoutedEvaluation Evaluate(RoutedEvaluationOptions options)
    {
        Check(options);
        var (inference, unit, state) = (router.Inference, router.RandomUnit, router.State);
        try
        {
            if (options.Inference is MixtureInference.Random or MixtureInference.Ensemble)
                router.RandomUnit = options.Unit; // refused before anything is computed
            router.Inference = MixtureInference.Merged;
            var merged = session.Evaluate(0, 0).Metrics;
            router.Inference = MixtureInference.Random;
            return options.Inference switch
            {
                MixtureInference.Fixed => new RoutedEvaluation(session.DevCount, merged, [Fixed(options.Expert)]),
                MixtureInference.Ensemble => Ensemble(options, merged, (ClassificationSession)session),
                _ => new RoutedEvaluation(session.DevCount, merged, [.. Sampled(options, () => session.Evaluate(0, 0).Metrics)]),
            };
        }
        finally
        {
            (router.Inference, router.RandomUnit, router.State) = (inference, unit, state);
        }
    }

    private void Check(RoutedEvaluationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Draws, 1);
        var experts = router.Slots.Max(slot => slot.Experts);
        if (options.Inference == MixtureInference.Fixed && (options.Expert < 0 || options.Expert >= experts))
            throw new RoutedEvaluationException($"expert {options.Expert} does not exist: the run has {experts}, from 0 to {experts - 1}.");
        if (options.Inference is not (MixtureInference.Fixed or MixtureInference.Random or MixtureInference.Ensemble))
            throw new RoutedEvaluationException($"the inference {options.Inference} has no experts to choose; use Evaluate.");
        if (options.Inference == MixtureInference.Ensemble && session is not ClassificationSession { IsMultiLabel: false })
            throw new RoutedEvaluationException("an ensemble averages probabilities of one class, or numbers, for each row, which this "
                + "task does not predict; sample routes one by one (random) instead.");
    }

    private IReadOnlyDictionary<string, double> Fixed(int expert)
    {
        using var pinned = router.Pin(router.Everywhere(expert));
        return session.Evaluate(0, 0).Metrics;
    }

    private IEnumerable<T> Sampled<T>(RoutedEvaluationOptions options, Func<T> evaluate)
    {
        for (var draw = 0; draw < options.Draws; draw++)
        {
            router.State = SplitMix64.Mix(unchecked(options.Seed + ((ulong)draw * SplitMix64.Increment)));
            yield return evaluate();
        }
    }

    private RoutedEvaluation Ensemble(
        RoutedEvaluationOptions options, IReadOnlyDictionary<string, double> merged, ClassificationSession classes)
    {
        var members = new EnsembleOutputs([.. Sampled(options, classes.DevOutputs)], classes.Outputs);
        var mean = members.Mean();
        var metrics = classes.Judge(mean, 0, 0).Metrics;
        return new RoutedEvaluation(session.DevCount, merged, [metrics])
        {
            Uncertainty = classes.IsRegression ? null : members.Uncertainty(classes.DevLabels),
            Disagreement = classes.IsRegression ? members.Deviation() : null,
        };
    }
}
