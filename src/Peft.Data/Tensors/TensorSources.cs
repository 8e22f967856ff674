namespace Peft.Data;

/// <summary>Checks of tensors that are common to the writers of all formats.</summary>
internal static class TensorSources
{
    /// <summary>The number of bytes of each tensor.</summary>
    /// <exception cref="TensorContentException">A name is repeated or not valid, or a size is negative or overflows.</exception>
    public static long[] Check(string path, IReadOnlyList<TensorSource> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var sizes = new long[tensors.Count];
        for (var i = 0; i < sizes.Length; i++)
        {
            var tensor = tensors[i];
            CheckText(path, tensor.Name);
            if (!names.Add(tensor.Name)) throw new TensorContentException(
                $"{path}: two tensors are named '{tensor.Name}'. Give each its own name.");
            if (tensor.Shape.Any(size => size < 0))
                throw new TensorContentException(
                    $"{path}: tensor '{tensor.Name}' has a negative size in its shape [{string.Join(", ", tensor.Shape)}].");
            if (!TensorInfo.TryCountBytes(tensor.DType, tensor.Shape, out sizes[i], out _))
                throw new TensorContentException($"{path}: {Describe(tensor)} overflows 64 bits or does not end at a whole byte.");
        }

        return sizes;
    }

    /// <summary>Writes a tensor's bytes.</summary>
    /// <exception cref="TensorContentException">Its source gives more or fewer bytes than its shape needs.</exception>
    public static void Write(string path, Stream stream, TensorSource tensor, long size)
    {
        var counting = new CountingStream(stream, size, () => new TensorContentException($"{path}: {Describe(tensor)} needs {size} "
            + "bytes, its source gave more."));
        tensor.Write(counting);
        if (counting.Length != size)
            throw new TensorContentException($"{path}: {Describe(tensor)} needs {size} bytes, its source gave {counting.Length}.");
    }

    /// <exception cref="TensorContentException">It contains an unpaired surrogate.</exception>
    public static void CheckText(string path, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[++i]))
                throw new TensorContentException(
                    $"{path}: the name or text '{Excerpt.Cut(text)}' holds half a surrogate pair, which no UTF-8 file can store.");
        }
    }

    private static string Describe(TensorSource tensor) =>
        $"tensor '{tensor.Name}' ({tensor.DType.SafetensorsName()}[{string.Join(", ", tensor.Shape)}])";
}
