using static TorchSharp.torch;

namespace Peft;

/// <summary>The mixture as an ensemble: expert m everywhere, for every m.</summary>
public static class EnsemblePrediction
{
    /// <summary>The average of the experts' logits.</summary>
    /// <param name="router">The mixture's router; its current route is put back to the merged weights afterwards.</param>
    /// <param name="logits">One forward pass: logits of any shape.</param>
    /// <returns>The average, of that shape.</returns>
    public static Tensor Logits(Router router, Func<Tensor> logits)
    {
        var members = new List<Tensor>();
        try
        {
            for (var expert = 0; expert < router.MaxExperts; expert++)
            {
                router.Use(router.Everywhere(expert));
                members.Add(logits());
            }
        }
        finally
        {
            router.Use(null);
        }

        return stack(members).mean([0]);
    }
}
