namespace Peft;

/// <summary>How adapters are combined into a new one by <see cref="AdapterSet.Combine"/>.</summary>
/// <remarks>
/// <see cref="Linear"/> works for every method; the others need a method whose delta is a product of two trainables
/// (<see cref="LowRankFactors"/>). A mixture counts as the plain method that it is when merged.
/// </remarks>
public abstract record Combination
{
    private protected Combination()
    {
    }

    /// <summary>
    /// Weighted sums of the trainables, v = v0 + sum over i of w_i (v_i - v0), v0 being 1 for trainables that begin as ones and else 0.
    /// The delta is exactly sum over i of w_i delta_i where it is linear in the trainables (scales, biases). For a product of factors of
    /// equal rank: Right = sum |w_i| Right_i / sum |w_i|, Left = sum w_i Left_i, which gives w delta for one adapter or equal ones, and
    /// mixed products besides.
    /// </summary>
    public sealed record Linear : Combination;

    /// <summary>The factors side by side: the delta is exactly sum over i of w_i delta_i, the rank the sum of the ranks.</summary>
    public sealed record Concatenation : Combination;

    /// <summary>The best approximation of sum over i of w_i delta_i of some rank (Eckart and Young 1936).</summary>
    /// <param name="Rank">The rank; 0 for the largest of the parts'.</param>
    public sealed record Svd(int Rank = 0) : Combination;

    /// <summary>
    /// TIES (Yadav et al. 2023, algorithm 1): of each delta the largest entries are kept, the sign of their weighted sum is elected entry
    /// by entry, and those that agree are averaged by |w_i|, times sum |w_i|; then approximated as by <see cref="Svd"/>.
    /// </summary>
    /// <param name="Density">Share of each delta's entries that is kept, above 0 and at most 1.</param>
    /// <param name="Rank">The rank; 0 for the largest of the parts'.</param>
    public sealed record Ties(double Density = 0.2, int Rank = 0) : Combination;

    /// <summary>
    /// DARE (Yu et al. 2024, equation 1): of each delta entries are dropped at random and the rest divided by the share that is kept; then
    /// summed with the weights and approximated as by <see cref="Svd"/>.
    /// </summary>
    /// <param name="Density">Share of each delta's entries that is kept, above 0 and at most 1.</param>
    /// <param name="Seed">Seeds the choice.</param>
    /// <param name="Rank">The rank; 0 for the largest of the parts'.</param>
    public sealed record Dare(double Density = 0.5, ulong Seed = 0, int Rank = 0) : Combination;
}

/// <summary>Adapters cannot be combined, or not in that way.</summary>
/// <param name="message">Which, why, and what would do.</param>
public sealed class CombinationException(string message) : Exception(message + " No adapter was made.");

/// <summary>A part of a combination.</summary>
internal sealed record WeightedAdapter(string Name, Adapter Adapter, double Weight);
