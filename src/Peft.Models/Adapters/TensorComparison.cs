using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>A tensor that differs between two files.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Problem">What differs: missing, extra, shape, dtype or values.</param>
/// <param name="First">Dtype and shape in the first file; null if missing there.</param>
/// <param name="Second">Dtype and shape in the second file; null if missing there.</param>
internal sealed record TensorDifference(string Name, TensorProblem Problem, string? First, string? Second)
{
    /// <summary>The number of elements that differ; 0 if values were not compared.</summary>
    public long Elements { get; init; }

    /// <summary>The largest absolute difference; infinite if one value is finite and the other is not.</summary>
    public double MaxAbsolute { get; init; }

    /// <summary>The largest absolute difference divided by the first file's largest absolute value.</summary>
    public double Relative { get; init; }
}

/// <summary>How a tensor differs.</summary>
internal enum TensorProblem
{
    /// <summary>It is only in the first file.</summary>
    Missing,

    /// <summary>It is only in the second file.</summary>
    Extra,

    /// <summary>The shapes differ.</summary>
    Shape,

    /// <summary>The dtypes differ; the values may also differ.</summary>
    DType,

    /// <summary>The values differ.</summary>
    Values,
}

/// <summary>Compares the tensors of two files.</summary>
internal static class TensorComparison
{
    /// <summary>The bytes of a tensor that are compared at once, so that tensors of any size are.</summary>
    public const int PartBytes = 64 << 20;

    /// <summary>Lists all differences, by name.</summary>
    /// <param name="first">One file.</param>
    /// <param name="second">The other.</param>
    /// <param name="tolerance">Absolute differences up to this value are ignored.</param>
    /// <param name="partBytes">The bytes that are compared at once.</param>
    /// <returns>The tensors that differ. Tensors of equal dtype, shape and values (NaN equals NaN) are omitted.</returns>
    public static IReadOnlyList<TensorDifference> Compare(
        ITensorArchive first, ITensorArchive second, double tolerance = 0, int partBytes = PartBytes) =>
    [
        .. first.Tensors.Keys.Union(second.Tensors.Keys).Order(StringComparer.Ordinal)
            .Select(name => Compare(name, first, second, tolerance, partBytes)).OfType<TensorDifference>(),
    ];

    private static TensorDifference? Compare(
        string name, ITensorArchive first, ITensorArchive second, double tolerance, int partBytes)
    {
        var (one, other) = (first.Tensors.GetValueOrDefault(name), second.Tensors.GetValueOrDefault(name));
        var problem = one is null ? TensorProblem.Extra
            : other is null ? TensorProblem.Missing
            : !one.Shape.SequenceEqual(other.Shape) ? TensorProblem.Shape
            : one.DType != other.DType ? TensorProblem.DType : TensorProblem.Values;
        var found = new TensorDifference(name, problem, Text(one), Text(other));
        if (problem is not (TensorProblem.DType or TensorProblem.Values) || one!.ElementCount == 0)
            return problem == TensorProblem.Values ? null : found;
        if (problem == TensorProblem.Values && HaveSameBytes(name, first, second, partBytes))
            return null;
        found = Measure(found, first, second, tolerance, partBytes / sizeof(double));
        return problem == TensorProblem.DType || found.Elements > 0 ? found : null;
    }

    private static bool HaveSameBytes(string name, ITensorArchive first, ITensorArchive second, int partBytes)
    {
        var length = first.Tensors[name].ByteCount;
        var (one, other) = (new byte[Math.Min(length, partBytes)], new byte[Math.Min(length, partBytes)]);
        for (var offset = 0L; offset < length; offset += partBytes)
        {
            var part = (int)Math.Min(length - offset, partBytes);
            first.CopyTo(name, offset, one.AsSpan(0, part));
            second.CopyTo(name, offset, other.AsSpan(0, part));
            if (!one.AsSpan(0, part).SequenceEqual(other.AsSpan(0, part)))
                return false;
        }

        return true;
    }

    private static TensorDifference Measure(
        TensorDifference found, ITensorArchive first, ITensorArchive second, double tolerance, int partElements)
    {
        using var frozen = no_grad();
        var (count, largest, scale) = (0L, 0.0, 0.0);
        var elements = first.Tensors[found.Name].ElementCount;
        for (var start = 0L; start < elements; start += partElements)
        {
            using var scope = NewDisposeScope();
            var size = Math.Min(elements - start, partElements);
            var (a, b) = (
                ArchiveTensors.ReadPart(first, found.Name, start, size).to_type(ScalarType.Float64),
                ArchiveTensors.ReadPart(second, found.Name, start, size).to_type(ScalarType.Float64));
            var same = a.eq(b).logical_or(a.isnan().logical_and(b.isnan()));
            var distance = (a - b).abs().nan_to_num(double.PositiveInfinity, double.PositiveInfinity).masked_fill(same, 0);
            count += distance.gt(tolerance).sum().ToInt64();
            largest = Math.Max(largest, distance.max().ToDouble());
            scale = Math.Max(scale, a.abs().nan_to_num(0, 0).max().ToDouble());
        }

        return found with { Elements = count, MaxAbsolute = largest, Relative = largest == 0 ? 0 : largest / scale };
    }

    private static string? Text(TensorInfo? info) =>
        info is null ? null : $"{info.DType.SafetensorsName()}[{string.Join(", ", info.Shape)}]";
}
