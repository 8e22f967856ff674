using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Links a tensor of another library's file to its counterpart here, in both directions.</summary>
/// <param name="Key">Its key in the file.</param>
/// <param name="Shape">Its shape in the file.</param>
/// <param name="Take">Copies the file's values, of that shape in float32, into this library's parameters.</param>
/// <param name="Give">Creates the file's tensor from them.</param>
internal sealed record TensorLink(string Key, IReadOnlyList<long> Shape, Action<Tensor> Take, Func<Tensor> Give)
{
    /// <summary>The link as used for reading a file.</summary>
    public TensorImport Import => new(Key, Shape, Take);

    /// <summary>The link as used for writing a file.</summary>
    public TensorExport Export => new(Key, Shape, Give);

    /// <summary>A parameter stored in the same shape.</summary>
    public static TensorLink Whole(string key, Tensor parameter) =>
        new(key, [.. parameter.shape], values => parameter.copy_(values), () => parameter);

    /// <summary>
    /// A trainable stored in the same shape or in another with as many elements. A mixture is stored as the average of its experts.
    /// </summary>
    public static TensorLink Whole(string key, AdapterTensor tensor, params IReadOnlyList<long> shape)
    {
        long[] stored = [.. shape.Count == 0 ? tensor.Shape : shape];
        return new TensorLink(key, stored, values => Fill(tensor, values.view([.. tensor.Shape])), () => tensor.Merged().view(stored));
    }

    /// <summary>
    /// Trainables stored as one concatenated tensor: parts of a fused module in the order query, key, value, without parts that are not
    /// adapted; other trainables in the given order.
    /// </summary>
    public static TensorLink Stacked(string key, IReadOnlyList<AdapterTensor> parts, long? columns = null)
    {
        var ordered = parts.OrderBy(part => ModuleNames.Foreign(part.Module).Part).ToList();
        long[] shape = [ordered.Sum(part => part.Shape[0]), .. columns is { } one ? [one] : ordered[0].Shape.Skip(1)];
        return new TensorLink(
            key,
            shape,
            values =>
            {
                var at = 0L;
                foreach (var part in ordered)
                {
                    Fill(part, values.narrow(0, at, part.Shape[0]).reshape([.. part.Shape]));
                    at += part.Shape[0];
                }
            },
            () => cat([.. ordered.Select(part => part.Merged())], 0).reshape(shape));
    }

    /// <summary>Sets every expert, so that a plain adapter can also initialise a mixture.</summary>
    public static void Fill(AdapterTensor tensor, Tensor values)
    {
        foreach (var expert in tensor.Experts)
            expert.copy_(values);
    }
}

/// <summary>A tensor to read from another library's file.</summary>
/// <param name="Key">Its key in the file.</param>
/// <param name="Shape">Its shape in the file.</param>
/// <param name="Take">Copies the file's values, of that shape in float32, into this library's parameters.</param>
internal sealed record TensorImport(string Key, IReadOnlyList<long> Shape, Action<Tensor> Take);

/// <summary>A tensor to write to another library's file.</summary>
/// <param name="Key">Its key in the file.</param>
/// <param name="Shape">Its shape in the file.</param>
/// <param name="Give">Creates the file's tensor from this library's parameters.</param>
internal sealed record TensorExport(string Key, IReadOnlyList<long> Shape, Func<Tensor> Give);

/// <summary>Copies tensors between files of other libraries and adapters, strictly.</summary>
internal static class TensorExchange
{
    /// <summary>Checks that the file contains exactly the expected tensors, then copies all of them.</summary>
    /// <param name="imports">The expected tensors.</param>
    /// <param name="archive">The file.</param>
    /// <param name="keyOf">Returns the file's own key of an expected one; null if there is none.</param>
    /// <param name="ignored">Keys of the file to ignore.</param>
    /// <exception cref="ForeignTensorsException">The file contains other tensors; nothing was copied.</exception>
    /// <exception cref="NonFiniteTensorsException">A tensor has NaN or infinite values; nothing was copied.</exception>
    public static void Import(
        IReadOnlyList<TensorImport> imports, ITensorArchive archive, Func<string, string?> keyOf, Func<string, bool>? ignored = null)
    {
        var found = imports.Select(wanted => (Wanted: wanted, Key: keyOf(wanted.Key))).ToList();
        var used = found.Select(pair => pair.Key).OfType<string>().ToHashSet();
        string[] missing = [.. found.Where(pair => pair.Key is null).Select(pair => pair.Wanted.Key)];
        string[] unexpected = [.. archive.Tensors.Keys.Where(key => !used.Contains(key) && ignored?.Invoke(key) != true)
            .Order(StringComparer.Ordinal)];
        string[] misshapen = [.. found.Where(pair => pair.Key is not null)
            .Select(pair => Mismatch(archive.Tensors[pair.Key!], pair.Wanted.Shape)).OfType<string>()];
        if (missing.Length + unexpected.Length + misshapen.Length > 0)
            throw new ForeignTensorsException(archive.Path, missing, unexpected, misshapen);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var values = found.Select(pair => (pair.Wanted, Key: pair.Key!, Values: ArchiveTensors.Read(archive, pair.Key!)
            .to_type(ScalarType.Float32))).ToList();
        string[] broken = [.. values.Where(one => !one.Values.isfinite().all().item<bool>()).Select(one => one.Key)];
        if (broken.Length > 0)
            throw new NonFiniteTensorsException(archive.Path, broken);
        foreach (var (wanted, _, tensor) in values)
            wanted.Take(tensor);
    }

    /// <summary>Creates the tensors of a file, in float32.</summary>
    public static IReadOnlyList<TensorSource> Export(IEnumerable<TensorExport> exports)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        return
        [
            .. exports.Select(export =>
            {
                var values = export.Give().detach().to_type(ScalarType.Float32).cpu().contiguous();
                return new TensorSource(export.Key, DType.F32, export.Shape, values.bytes.ToArray());
            }),
        ];
    }

    private static string? Mismatch(TensorInfo found, IReadOnlyList<long> expected) =>
        found.Shape.SequenceEqual(expected) && found.DType is DType.F32 or DType.F16 or DType.BF16 or DType.F64
            ? null
            : $"{found.Name} {found.DType.SafetensorsName()} [{string.Join(", ", found.Shape)}] where [{string.Join(", ", expected)}] "
                + "is expected";
}
