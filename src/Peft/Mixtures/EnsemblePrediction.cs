using static TorchSharp.torch;

namespace Peft;

/// <summary>Uses the mixture as an ensemble: for every m, expert m everywhere.</summary>
public static class EnsemblePrediction
{
    /// <summary>Computes the average of the experts' logits.</summary>
    /// <param name="router">The mixture's router; its current route is reset to the merged weights afterwards.</param>
    /// <param name="logits">One forward pass: logits of any shape.</param>
    /// <returns>The average, of that shape.</returns>
    public static Tensor Logits(Router router, Func<Tensor> logits) => Logits([router], logits);

    /// <summary>As for one router, but for several mixtures: expert m of each active mixture, or its last expert if it has fewer.</summary>
    internal static Tensor Logits(IReadOnlyList<Router> routers, Func<Tensor> logits) => stack(Members(routers, logits)).mean([0]);

    /// <summary>Computes the experts' predictions and their disagreement.</summary>
    /// <param name="router">The mixture's router; its current route is reset to the merged weights afterwards.</param>
    /// <param name="logits">One forward pass: logits [rows, classes].</param>
    /// <returns>Mean probabilities and entropies.</returns>
    public static PredictiveDistribution Distribution(Router router, Func<Tensor> logits) =>
        PredictiveDistribution.FromLogits(stack(Members([router], logits)));

    private static List<Tensor> Members(IReadOnlyList<Router> routers, Func<Tensor> logits)
    {
        var members = new List<Tensor>();
        try
        {
            for (var expert = 0; expert < routers.Max(router => router.MaxExperts); expert++)
            {
                foreach (var router in routers)
                    router.Use(router.Everywhere(expert));
                members.Add(logits());
            }
        }
        finally
        {
            foreach (var router in routers)
                router.UseMerged();
        }

        return members;
    }
}
