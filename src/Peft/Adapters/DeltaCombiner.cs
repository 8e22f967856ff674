using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// One adapter's delta at one place: Weight * Left Right. Left [Out, rank] includes the method's scale; Right is [rank, In]; both are
/// float64.
/// </summary>
internal sealed record WeightedFactors(string Name, double Weight, Tensor Left, Tensor Right)
{
    public long Rank => Right.shape[0];

    public Tensor Delta => Left.matmul(Right);
}

/// <summary>A combined delta at one place: Left [Out, rank], Right [rank, In].</summary>
internal readonly record struct PlaceFactors(Tensor Left, Tensor Right);

/// <summary>Combines factorised deltas, place by place.</summary>
internal static class DeltaCombiner
{
    public static List<PlaceFactors> Combine(List<List<WeightedFactors>> places, Combination how)
    {
        using var generator = new Generator(how is Combination.Dare { Seed: var seed } ? seed : 0);
        return places.ConvertAll(parts => how switch
        {
            Combination.Concatenation => new PlaceFactors(
                cat(parts.ConvertAll(part => part.Weight * part.Left), 1), cat(parts.ConvertAll(part => part.Right), 0)),
            Combination.Svd svd => Approximate(Sum(parts.ConvertAll(part => part.Weight * part.Delta)), svd.Rank, parts),
            Combination.Ties ties => Approximate(MergeTies(parts, ties.Density), ties.Rank, parts),
            Combination.Dare dare => Approximate(
                Sum(parts.ConvertAll(part => part.Weight * Drop(part.Delta, dare.Density, generator))), dare.Rank, parts),
            _ => Linear(parts),
        });
    }

    private static Tensor Sum(List<Tensor> terms) => terms.Aggregate((sum, term) => sum + term);

    private static PlaceFactors Linear(List<WeightedFactors> parts)
    {
        if (parts.Find(part => part.Rank != parts[0].Rank) is { } other)
        {
            throw new CombinationException(
                $"'{parts[0].Name}' has rank {parts[0].Rank} and '{other.Name}' {other.Rank}; Linear needs equal ranks: use "
                    + "Concatenation or Svd.");
        }

        var total = parts.Sum(part => Math.Abs(part.Weight));
        if (total == 0)
            throw new CombinationException("All weights are 0; expected at least one other number.");
        return new PlaceFactors(
            Sum(parts.ConvertAll(part => part.Weight * part.Left)),
            Sum(parts.ConvertAll(part => Math.Abs(part.Weight) / total * part.Right)));
    }

    /// <summary>U_r sqrt(S_r) and sqrt(S_r) V_r^T: the nearest product of that rank, with factors of equal norm.</summary>
    private static PlaceFactors Approximate(Tensor delta, int asked, List<WeightedFactors> parts)
    {
        if (!delta.isfinite().all().ToBoolean())
            throw new CombinationException($"The deltas of {string.Join(", ", parts.Select(part => $"'{part.Name}'"))} have values that "
                + "are not finite.");
        var rank = Math.Min(asked > 0 ? asked : parts.Max(part => part.Rank), Math.Min(delta.shape[0], delta.shape[1]));
        var (u, s, v) = linalg.svd(delta, fullMatrices: false);
        var root = s.narrow(0, 0, rank).sqrt();
        return new PlaceFactors(u.narrow(1, 0, rank) * root, root.unsqueeze(1) * v.narrow(0, 0, rank));
    }

    private static Tensor MergeTies(List<WeightedFactors> parts, double density)
    {
        var weighted = parts.ConvertAll(part => part.Weight * Trim(part.Delta, density));
        var elected = Sum(weighted).sign();
        var total = parts.Sum(part => Math.Abs(part.Weight));
        var agreeing = weighted.ConvertAll(delta => delta.sign().eq(elected).logical_and(delta.ne(0)).to_type(ScalarType.Float64));
        var sum = Sum([.. weighted.Zip(agreeing, (delta, agrees) => delta * agrees)]);
        var share = Sum([.. parts.Zip(agreeing, (part, agrees) => Math.Abs(part.Weight) * agrees)]);
        return total * sum / share.clamp_min(1e-300);
    }

    /// <summary>Keeps the entries of largest magnitude and sets the rest to zero.</summary>
    private static Tensor Trim(Tensor delta, double density)
    {
        var kept = (int)Math.Ceiling(density * delta.numel());
        var flat = delta.reshape(-1);
        var (_, index) = flat.abs().topk(kept);
        return flat.zeros_like().index_copy(0, index, flat.index_select(0, index)).view(delta.shape);
    }

    private static Tensor Drop(Tensor delta, double density, Generator generator)
    {
        var kept = zeros([.. delta.shape], dtype: ScalarType.Float64).uniform_(0, 1, generator).lt(density).to_type(ScalarType.Float64).to(
            delta.device);
        return delta * kept / density;
    }
}
