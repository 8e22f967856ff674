using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Models.HuggingFace;

/// <summary>
/// LoRA at GPT-2's <c>c_attn</c>, which stacks query, key and value. When reading, all three maps get the file's A, and its B is split into
/// three, which is exact. When writing, parts that share A are concatenated. Parts with their own A become blocks of the summed rank: A is
/// stacked, B is block-diagonal, and alpha is chosen to keep the scale. That is exact as well.
/// </summary>
/// <param name="name">PEFT's name of the module.</param>
/// <param name="parts">The adapted parts.</param>
/// <param name="maps">Query, key and value.</param>
internal sealed class FusedLora(string name, IReadOnlyList<LoraPart> parts, IReadOnlyList<ProjectionPoint> maps) : ILoraModule
{
    public string Name => name;

    private long Width => maps[0].Linear.weight!.shape[0];

    public (int Rank, double Alpha) RankAndAlpha()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var rank = Blocks().Sum(block => (int)block.shape[0]);
        return (rank, rank == parts[0].Rank ? parts[0].Alpha : parts[0].Scale * parts[0].Divisor(rank));
    }

    public IEnumerable<TensorImport> Imports()
    {
        var (rank, inputs) = (parts[0].Rank, parts[0].A.Shape[1]);
        yield return new(name + LoraKeys.A, [rank, inputs], values => Each(part => TensorLink.Fill(part.A, values)));
        yield return new(
            name + LoraKeys.B, [3 * Width, rank], values => Each(part => TensorLink.Fill(part.B, RowsOf(values, part))));
        if (parts[0].Magnitude is not null)
            yield return new(
                name + LoraKeys.Magnitude, [3 * Width],
                values => Each(part => TensorLink.Fill(part.Magnitude!, RowsOf(values, part))));
    }

    public IEnumerable<TensorExport> Exports()
    {
        var (rank, _) = RankAndAlpha();
        yield return new(name + LoraKeys.A, [rank, parts[0].A.Shape[1]], () => cat([.. Blocks()], 0));
        yield return new(name + LoraKeys.B, [3 * Width, rank], () => AllB(rank));
        if (parts[0].Magnitude is not null)
            yield return new(name + LoraKeys.Magnitude, [3 * Width], AllMagnitudes);
    }

    /// <summary>The distinct A matrices, in the order of the parts.</summary>
    private List<Tensor> Blocks()
    {
        var blocks = new List<Tensor>();
        foreach (var part in parts.OrderBy(part => part.Index))
        {
            var own = part.A.Merged();
            if (!blocks.Exists(block => Same(block, own)))
                blocks.Add(own);
        }

        return blocks;
    }

    /// <summary>[3 Width, rank]: each part's rows, in the columns of its A; zeros for parts that are not adapted.</summary>
    private Tensor AllB(int rank)
    {
        var blocks = Blocks();
        var all = zeros([3 * Width, rank], dtype: ScalarType.Float32);
        foreach (var part in parts)
        {
            var place = blocks.FindIndex(block => Same(block, part.A.Merged()));
            var column = blocks.Take(place).Sum(block => block.shape[0]);
            var own = part.B.Merged().to_type(ScalarType.Float32).cpu();
            var scaled = part.Scale == parts[0].Scale ? own : own * (part.Scale / parts[0].Scale); // one scale for all of the module
            RowsOf(all, part).narrow(1, column, part.Rank).copy_(scaled);
        }

        return all;
    }

    /// <summary>[3 Width]: for a part that is not adapted, the norms of its weight's rows, which leave it unchanged.</summary>
    private Tensor AllMagnitudes() => cat(
        [.. Enumerable.Range(0, 3)
            .Select(index => parts.FirstOrDefault(part => part.Index == index)?.Magnitude!.Merged()
            ?? maps[index].Linear.weight!.norm(1))], 0);

    private static bool Same(Tensor one, Tensor other) => one.shape.SequenceEqual(other.shape) && one.eq(other).all().ToBoolean();

    private Tensor RowsOf(Tensor whole, LoraPart part) => whole.narrow(0, part.Index * Width, Width);

    private void Each(Action<LoraPart> take)
    {
        foreach (var part in parts)
            take(part);
    }
}
