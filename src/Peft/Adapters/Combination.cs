namespace Peft;

/// <summary>How adapters are combined into a new one by <see cref="AdapterSet.Combine"/>.</summary>
/// <remarks>
/// <see cref="Linear"/> works for every method; the others need a method whose delta is a product of two trainables
/// (<see cref="LowRankFactors"/>). A mixture counts as its equivalent plain method.
/// </remarks>
public abstract record Combination
{
    private protected Combination()
    {
    }

    /// <summary>
    /// Weighted sums of the trainables, v = v0 + sum over i of w_i (v_i - v0); v0 is 1 for trainables initialised to ones, else 0. The
    /// delta is exactly sum over i of w_i delta_i if it is linear in the trainables (scales, biases). For a product of factors of equal
    /// rank: Right = sum |w_i| Right_i / sum |w_i|, Left = sum w_i Left_i. This gives w delta for one adapter or for equal ones, and adds
    /// mixed products otherwise.
    /// </summary>
    public sealed record Linear : Combination;

    /// <summary>Concatenates the factors: the delta is exactly sum over i of w_i delta_i, and the rank is the sum of the ranks.</summary>
    public sealed record Concatenation : Combination;

    /// <summary>The best approximation of sum over i of w_i delta_i with a given rank (Eckart and Young 1936).</summary>
    /// <param name="Rank">The rank; 0 for the largest rank of the parts.</param>
    public sealed record Svd(int Rank = 0) : Combination;

    /// <summary>
    /// TIES (Yadav et al. 2023, algorithm 1): keeps the largest entries of each delta, elects the sign of their weighted sum for each
    /// entry, averages the entries of that sign by |w_i|, and multiplies by sum |w_i|. The result is approximated as by <see cref="Svd"/>.
    /// </summary>
    /// <param name="Density">Share of each delta's entries that is kept, above 0 and at most 1.</param>
    /// <param name="Rank">The rank; 0 for the largest rank of the parts.</param>
    public sealed record Ties(double Density = 0.2, int Rank = 0) : Combination;

    /// <summary>
    /// DARE (Yu et al. 2024, equation 1): drops entries of each delta at random and divides the rest by the share that is kept. The
    /// weighted sum is approximated as by <see cref="Svd"/>.
    /// </summary>
    /// <param name="Density">Share of each delta's entries that is kept, above 0 and at most 1.</param>
    /// <param name="Seed">The seed of the random choice.</param>
    /// <param name="Rank">The rank; 0 for the largest rank of the parts.</param>
    public sealed record Dare(double Density = 0.5, ulong Seed = 0, int Rank = 0) : Combination;
}

/// <summary>Adapters cannot be combined, or not in that way.</summary>
/// <param name="message">Which adapters, the reason and the alternatives.</param>
public sealed class CombinationException(string message) : Exception(message + " No adapter was made.");

/// <summary>A part of a combination.</summary>
internal sealed record WeightedAdapter(string Name, Adapter Adapter, double Weight)
{
    /// <summary>The banks of the equivalent plain method.</summary>
    public IEnumerable<ExpertBank> PlainBanks => Adapter.Banks.Where(bank => !bank.IsRouting);
}
