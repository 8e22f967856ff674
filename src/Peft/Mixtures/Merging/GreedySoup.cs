namespace Peft;

/// <summary>
/// Greedy soup (Wortsman et al. 2022, recipe 1) over a mixture's experts. Experts are tried in the order of their individual scores; each
/// is included if the average with it scores no less.
/// </summary>
public static class GreedySoup
{
    /// <summary>
    /// Finds the experts whose average scores best, and applies the result to the mixture as <see cref="Router.Weights"/>.
    /// </summary>
    /// <param name="router">The router of an active mixture.</param>
    /// <param name="score">Scores the model in evaluation mode on development data; higher is better. It is called 2 M - 1 times.</param>
    /// <returns>The selected experts and scores.</returns>
    /// <exception cref="SoupScoreException">A score is not a number. The mixture is then unchanged, as it is if <paramref name="score"/>
    /// throws.</exception>
    public static SoupResult Choose(Router router, Func<double> score)
    {
        var (weights, inference) = (router.Weights, router.Inference);
        var experts = router.MaxExperts;
        router.Inference = MixtureInference.Merged;
        try
        {
            double Score(IReadOnlyList<int> members)
            {
                router.Weights = ExpertWeights.Normalize(
                    [.. Enumerable.Range(0, experts).Select(expert => members.Contains(expert) ? 1.0 : 0.0)]);
                var value = score();
                return double.IsNaN(value) ? throw new SoupScoreException(members) : value;
            }

            var result = Select([.. Enumerable.Range(0, experts).Select(expert => Score([expert]))], Score);
            weights = ExpertWeights.Normalize(
                [.. Enumerable.Range(0, experts).Select(expert => result.Experts.Contains(expert) ? 1.0 : 0.0)]);
            return result;
        }
        finally
        {
            (router.Weights, router.Inference) = (weights, inference);
        }
    }

    /// <summary>
    /// Selects the parts of an average: they are tried in the order of their individual scores, and each is included if the average with
    /// it scores no less.
    /// </summary>
    /// <param name="alone">The individual scores, higher is better; a score that is not a number is the lowest.</param>
    /// <param name="score">Scores the average of some parts, by their indices. It is called once for each part but the best.</param>
    /// <returns>The selected parts and scores.</returns>
    public static SoupResult Select(IReadOnlyList<double> alone, Func<IReadOnlyList<int>, double> score)
    {
        var order = Enumerable.Range(0, alone.Count).OrderByDescending(part => alone[part]).ToList();
        var (soup, best) = (new List<int> { order[0] }, alone[order[0]]);
        foreach (var part in order.Skip(1))
        {
            var value = score([.. soup, part]);
            if (!(value >= best))
                continue;
            soup.Add(part);
            best = value;
        }

        return new SoupResult(soup, alone, best);
    }
}

/// <summary>The result of a greedy soup.</summary>
/// <param name="Experts">The selected experts or other parts, in the order of selection.</param>
/// <param name="Alone">Every part's individual score.</param>
/// <param name="Score">The soup's score.</param>
public sealed record SoupResult(IReadOnlyList<int> Experts, IReadOnlyList<double> Alone, double Score);

/// <summary>A score is not a number.</summary>
/// <param name="experts">The experts whose average was scored.</param>
public sealed class SoupScoreException(IEnumerable<int> experts)
    : Exception($"the score of the average of experts {string.Join(", ", experts)} is not a number; the mixture is as it was. Check the "
        + "scoring function and the experts.");
