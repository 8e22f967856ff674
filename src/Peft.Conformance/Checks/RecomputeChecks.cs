using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks that recomputation of activations does not change results.</summary>
internal static class RecomputeChecks
{
    private const int Steps = 3;

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("I22", "with recomputation of activations, losses, gradients and weights are the same to the bit", ChangesNothing),
    ];

    private static void ChangesNothing(ConformanceCase of)
    {
        using var plain = new ConformanceSubject(of, dropout: 0.1);
        using var recomputed = new ConformanceSubject(of, dropout: 0.1);
        recomputed.Backbone.Recompute(recomputed.Model.Backbone);
        var (expected, found) = (Train(plain), Train(recomputed));
        Require.Equal(expected.Select(pair => pair.Name), found.Select(
            pair => pair.Name), "what has a loss, a gradient or a weight without recomputation and with it");
        foreach (var (without, with) in expected.Zip(found))
            Require.Same(without.Value, with.Value, $"{without.Name} without recomputation and with it");
    }

    /// <summary>Losses and gradients of some steps, and the weights and random states after them.</summary>
    private static List<(string Name, Tensor Value)> Train(ConformanceSubject subject)
    {
        var seen = new List<(string Name, Tensor Value)>();
        subject.Model.Backbone.train();
        manual_seed(17).Dispose();
        for (var step = 1; step <= Steps; step++)
        {
            var loss = subject.Loss();
            Backward.Run(loss);
            seen.Add(($"the loss of step {step}", loss.detach()));
            using var frozen = no_grad();
            foreach (var (name, parameter) in subject.Model.TrainableParameters.Where(pair => pair.Parameter.grad is not null))
            {
                seen.Add(($"the gradient of {name} in step {step}", parameter.grad!));
                parameter.sub_(parameter.grad! * 0.1);
                parameter.grad = null!;
            }
        }

        seen.AddRange(subject.Model.TrainableParameters.Select(pair => ($"{pair.Name} after {Steps} steps", pair.Parameter.detach())));
        seen.Add(("the state of the random generator", get_rng_state()));
        seen.Add(("the state of the routes", tensor(unchecked((long)(subject.Adapter.Router?.State ?? 0)))));
        return seen;
    }
}
