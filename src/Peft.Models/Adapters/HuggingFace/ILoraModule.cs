namespace Peft.Models.HuggingFace;

/// <summary>LoRA at one module as PEFT stores it: at a separate linear map, or at GPT-2's <c>c_attn</c>.</summary>
internal interface ILoraModule
{
    /// <summary>PEFT's name of the module.</summary>
    string Name { get; }

    /// <summary>Rank and alpha for PEFT's configuration.</summary>
    (int Rank, double Alpha) RankAndAlpha();

    /// <summary>The tensors to read.</summary>
    IEnumerable<TensorImport> Imports();

    /// <summary>The tensors to write.</summary>
    IEnumerable<TensorExport> Exports();
}

/// <summary>Groups an adapter's LoRA tensors by PEFT's modules.</summary>
internal static class LoraModules
{
    public static IReadOnlyList<ILoraModule> Group(IEnumerable<AdapterTensor> tensors, BackboneModules modules) =>
        [.. tensors.GroupBy(tensor => ModuleNames.Foreign(tensor.Module).Module).Select(group => Create(group.Key, group, modules))];

    /// <summary>Whether a module's weight is stored [in, out].</summary>
    public static bool IsConv1D(string name) =>
        name.EndsWith(".c_attn", StringComparison.Ordinal) || name.EndsWith(".c_proj", StringComparison.Ordinal)
        || name.EndsWith(".c_fc", StringComparison.Ordinal);

    private static ILoraModule Create(string name, IEnumerable<AdapterTensor> tensors, BackboneModules modules)
    {
        List<LoraPart> parts =
        [
            .. tensors.GroupBy(tensor => tensor.Module)
                .Select(part => new LoraPart(ModuleNames.Foreign(part.Key).Part ?? 0, part.ToDictionary(tensor => tensor.Name))),
        ];
        var maps = modules.Maps(name);
        return maps.Count > 1 ? new FusedLora(name, parts, [.. maps.Select(modules.Projection)]) : new PlainLora(name, parts[0]);
    }
}

/// <summary>LoRA at a separate linear map, which PEFT stores as this library does.</summary>
/// <param name="name">PEFT's name of the module.</param>
/// <param name="part">Its tensors.</param>
internal sealed class PlainLora(string name, LoraPart part) : ILoraModule
{
    public string Name => name;

    public (int Rank, double Alpha) RankAndAlpha() => (part.Rank, part.Alpha);

    public IEnumerable<TensorImport> Imports() => Links().Select(link => link.Import);

    public IEnumerable<TensorExport> Exports() => Links().Select(link => link.Export);

    private IEnumerable<TensorLink> Links()
    {
        yield return TensorLink.Whole(name + LoraKeys.A, part.A);
        yield return TensorLink.Whole(name + LoraKeys.B, part.B);
        if (part.Magnitude is { } magnitude)
            yield return TensorLink.Whole(name + LoraKeys.Magnitude, magnitude);
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
