using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Models.HuggingFace;

/// <summary>
/// LoRA at one module as PEFT stores it. A separate linear map is stored the same way. GPT-2's <c>c_attn</c> stacks query, key and value.
/// When reading, all three maps get the file's A, and its B is split into three, which is exact. When writing, parts that share A are
/// concatenated. Parts with their own A become blocks of the summed rank: A is stacked, B is block-diagonal, and alpha is chosen to keep
/// the scale. That is exact as well.
/// </summary>
internal sealed class LoraModule
{
    private readonly IReadOnlyList<LoraPart> _parts;
    private readonly IReadOnlyList<ProjectionPoint> _maps;

    private LoraModule(string name, IReadOnlyList<LoraPart> parts, BackboneModules modules)
    {
        (Name, _parts) = (name, parts);
        _maps = [.. modules.Maps(name).Select(modules.Projection)];
    }

    /// <summary>PEFT's name of the module.</summary>
    public string Name { get; }

    /// <summary>Whether the module's weight is stored [in, out].</summary>
    public bool IsConv1D =>
        Name.EndsWith(".c_attn", StringComparison.Ordinal) || Name.EndsWith(".c_proj", StringComparison.Ordinal)
        || Name.EndsWith(".c_fc", StringComparison.Ordinal);

    private bool IsFused => _maps.Count > 1;

    private long Width => _maps[0].Linear.weight!.shape[0];

    public static IReadOnlyList<LoraModule> Group(IEnumerable<AdapterTensor> tensors, BackboneModules modules) =>
    [
        .. tensors.GroupBy(tensor => ModuleNames.Foreign(tensor.Module).Module).Select(group => new LoraModule(
            group.Key,
            [.. group.GroupBy(tensor => tensor.Module)
                .Select(part => new LoraPart(ModuleNames.Foreign(part.Key).Part ?? 0, part.ToDictionary(tensor => tensor.Name)))],
            modules)),
    ];

    /// <summary>Rank and alpha for PEFT's configuration.</summary>
    public (int Rank, double Alpha) RankAndAlpha()
    {
        if (!IsFused)
            return (_parts[0].Rank, _parts[0].Alpha);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var rank = Blocks().Sum(block => (int)block.shape[0]);
        return (rank, rank == _parts[0].Rank ? _parts[0].Alpha : _parts[0].Scale * _parts[0].Divisor(rank));
    }

    public IEnumerable<TensorLink> Links(bool isWriting) => !IsFused ? Plain() : isWriting ? Written() : Read();

    private IEnumerable<TensorLink> Plain()
    {
        yield return TensorLink.Whole(Name + LoraKeys.A, _parts[0].A);
        yield return TensorLink.Whole(Name + LoraKeys.B, _parts[0].B);
        if (_parts[0].Magnitude is { } magnitude)
            yield return TensorLink.Whole(Name + LoraKeys.Magnitude, magnitude);
    }

    private IEnumerable<TensorLink> Read()
    {
        var (rank, inputs) = (_parts[0].Rank, _parts[0].A.Shape[1]);
        Func<Tensor> none = () => throw new InvalidOperationException("a link for reading gives nothing");
        yield return new TensorLink(Name + LoraKeys.A, [rank, inputs], values => Each(part => TensorLink.Fill(part.A, values)), none);
        yield return new TensorLink(
            Name + LoraKeys.B, [3 * Width, rank], values => Each(part => TensorLink.Fill(part.B, RowsOf(values, part))), none);
        if (_parts[0].Magnitude is not null)
            yield return new TensorLink(
                Name + LoraKeys.Magnitude, [3 * Width], values =>
                Each(part => TensorLink.Fill(part.Magnitude!, RowsOf(values, part))), none);
    }

    private IEnumerable<TensorLink> Written()
    {
        Action<Tensor> none = _ => throw new InvalidOperationException("a link for writing takes nothing");
        var (rank, _) = RankAndAlpha();
        yield return new TensorLink(Name + LoraKeys.A, [rank, _parts[0].A.Shape[1]], none, () => cat([.. Blocks()], 0));
        yield return new TensorLink(Name + LoraKeys.B, [3 * Width, rank], none, () => AllB(rank));
        if (_parts[0].Magnitude is not null)
            yield return new TensorLink(Name + LoraKeys.Magnitude, [3 * Width], none, AllMagnitudes);
    }

    /// <summary>The distinct A matrices, in the order of the parts.</summary>
    private List<Tensor> Blocks()
    {
        var blocks = new List<Tensor>();
        foreach (var part in _parts.OrderBy(part => part.Index))
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
        foreach (var part in _parts)
        {
            var place = blocks.FindIndex(block => Same(block, part.A.Merged()));
            var column = blocks.Take(place).Sum(block => block.shape[0]);
            var own = part.B.Merged().to_type(ScalarType.Float32).cpu();
            var scaled = part.Scale == _parts[0].Scale ? own : own * (part.Scale / _parts[0].Scale); // one scale for all of the module
            RowsOf(all, part).narrow(1, column, part.Rank).copy_(scaled);
        }

        return all;
    }

    /// <summary>[3 Width]: for a part that is not adapted, the norms of its weight's rows, which leave it unchanged.</summary>
    private Tensor AllMagnitudes() => cat(
        [.. Enumerable.Range(0, 3)
            .Select(index => _parts.FirstOrDefault(part => part.Index == index)?.Magnitude!.Merged()
            ?? _maps[index].Linear.weight!.norm(1))], 0);

    private static bool Same(Tensor one, Tensor other) => one.shape.SequenceEqual(other.shape) && one.eq(other).all().ToBoolean();

    private Tensor RowsOf(Tensor whole, LoraPart part) => whole.narrow(0, part.Index * Width, Width);

    private void Each(Action<LoraPart> take)
    {
        foreach (var part in _parts)
            take(part);
    }
}

/// <summary>LoRA at one linear map.</summary>
/// <param name="Index">The index of the part in a fused module.</param>
/// <param name="Tensors">Its trainables by name.</param>
internal sealed record LoraPart(int Index, IReadOnlyDictionary<string, AdapterTensor> Tensors)
{
    public AdapterTensor A => Tensors["A"];

    public AdapterTensor B => Tensors["B"];

    public AdapterTensor? Magnitude => Tensors.GetValueOrDefault("Magnitude");

    public int Rank => (int)A.Options["rank"];

    public double Alpha => (double)A.Options["alpha"];

    public double Scale => Alpha / Divisor(Rank);

    /// <summary>The divisor of alpha.</summary>
    public double Divisor(int rank) => (bool)A.Options["rankStabilized"] ? Math.Sqrt(rank) : rank;
}
