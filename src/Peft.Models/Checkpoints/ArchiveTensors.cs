using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Reads tensors from checkpoint files.</summary>
internal static class ArchiveTensors
{
    /// <summary>Reads one tensor, on the CPU, in the dtype of the file.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="name">The tensor's name.</param>
    /// <returns>A new tensor.</returns>
    /// <exception cref="CheckpointDTypeException">libtorch does not support the file's dtype.</exception>
    public static Tensor Read(ITensorArchive archive, string name)
    {
        var info = archive.Tensors[name];
        var tensor = empty([.. info.Shape], dtype: TypeOf(archive, name));
        foreach (var (offset, part) in TensorParts.Split(tensor))
            archive.CopyTo(name, offset, part.bytes);
        return tensor;
    }

    /// <summary>Reads consecutive elements of a tensor, on the CPU, in the dtype of the file.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="start">The first element, in row-major order.</param>
    /// <param name="count">The number of elements; less than 2 GiB.</param>
    /// <returns>A new tensor of one dimension.</returns>
    /// <exception cref="CheckpointDTypeException">libtorch does not support the file's dtype.</exception>
    public static Tensor ReadPart(ITensorArchive archive, string name, long start, long count)
    {
        var part = empty([count], dtype: TypeOf(archive, name));
        archive.CopyTo(name, start * part.element_size(), part.bytes);
        return part;
    }

    private static ScalarType TypeOf(ITensorArchive archive, string name) => archive.Tensors[name].DType switch
    {
        DType.F64 => ScalarType.Float64,
        DType.F32 => ScalarType.Float32,
        DType.F16 => ScalarType.Float16,
        DType.BF16 => ScalarType.BFloat16,
        DType.I64 => ScalarType.Int64,
        DType.I32 => ScalarType.Int32,
        DType.I16 => ScalarType.Int16,
        DType.I8 => ScalarType.Int8,
        DType.U8 => ScalarType.Byte,
        DType.Bool => ScalarType.Bool,
        var type => throw new CheckpointDTypeException(archive.Path, name, type.SafetensorsName()),
    };
}
