namespace Peft.Data;

/// <summary>Extensions for all archives.</summary>
internal static class TensorArchives
{
    /// <summary>Finds a tensor by name.</summary>
    /// <exception cref="TensorNotFoundException">The archive has no such tensor; the message suggests similar names.</exception>
    public static TensorInfo Find(this ITensorArchive archive, string name)
    {
        ArgumentNullException.ThrowIfNull(archive);
        return archive.Tensors.TryGetValue(name, out var info) ? info : throw new TensorNotFoundException(archive, name);
    }

    /// <summary>Copies a whole tensor into a new array.</summary>
    /// <exception cref="TensorNotFoundException">The archive has no such tensor.</exception>
    /// <exception cref="ArgumentException">The tensor is larger than the largest array: copy it in parts.</exception>
    public static byte[] ToArray(this ITensorArchive archive, string name)
    {
        var info = archive.Find(name);
        if (info.ByteCount > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{archive.Path}: tensor '{Excerpt.Cut(name)}' has {info.ByteCount} bytes, more than an array can hold. "
                + "Copy it piecewise with CopyTo(name, offset, part).");
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)info.ByteCount);
        archive.CopyTo(name, 0, bytes);
        return bytes;
    }

    internal static void CheckPart(ITensorArchive archive, TensorInfo info, long offset, int length)
    {
        if (offset < 0 || offset > info.ByteCount - length)
        {
            throw new ArgumentException(
                $"{archive.Path}: tensor '{info.Name}' has {info.ByteCount} bytes; bytes {offset} to {offset + length} are not within it.");
        }

        var elementBits = info.DType.Bits();
        if (elementBits < 8 || ((offset * 8) % elementBits == 0 && ((long)length * 8) % elementBits == 0)) return;
        throw new ArgumentException(
            $"{archive.Path}: tensor '{info.Name}' is {info.DType}: the part at {offset} of {length} bytes does not hold whole elements.");
    }
}
