using System.IO.Compression;
using System.Text;

namespace Peft.Data;

/// <summary>
/// Writes PyTorch's zip files (those of <c>torch.save</c> since 1.6): a dictionary of tensors by name, which <c>torch.load</c> reads with
/// <c>weights_only=True</c>. Writing is atomic and deterministic: equal content gives equal bytes.
/// </summary>
public static class TorchBinWriter
{
    private const string Version = "3\n";

    /// <summary>The earliest time that a zip file can store.</summary>
    private static readonly DateTimeOffset s_time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a temporary file in the same folder, flushes it to disk and renames it to <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors, in the order of the dictionary.</param>
    /// <exception cref="TensorContentException">A name is repeated or not valid, a size is negative or overflows, a tensor's bytes do not
    /// match its shape, or PyTorch's files do not support its type.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the folder is missing or not writable.</exception>
    public static void Write(string path, IEnumerable<TensorSource> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var all = tensors.ToList();
        var sizes = TensorSources.Check(path, all);
        var pickle = Pickle(path, all);
        var root = Path.GetFileNameWithoutExtension(path);
        AtomicFile.Write(path, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            Add(zip, $"{root}/data.pkl", entry => entry.Write(pickle));
            Add(zip, $"{root}/byteorder", entry => entry.Write("little"u8));
            for (var i = 0; i < all.Count; i++)
                Add(zip, $"{root}/data/{i}", entry => TensorSources.Write(path, entry, all[i], sizes[i]));
            Add(zip, $"{root}/version", entry => entry.Write(Encoding.ASCII.GetBytes(Version)));
        });
    }

    private static void Add(ZipArchive zip, string name, Action<Stream> write)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = s_time;
        using var stream = entry.Open();
        write(stream);
    }

    /// <summary>The dictionary. Each tensor has its own storage, which is an entry of the archive.</summary>
    private static byte[] Pickle(string path, List<TensorSource> tensors)
    {
        var pickle = new Pickler();
        pickle.Code(Pickler.EmptyDict, Pickler.Mark);
        for (var i = 0; i < tensors.Count; i++)
        {
            var tensor = tensors[i];
            var storage = PickleGlobals.StorageName(tensor.DType)
                ?? throw new TensorContentException(
                    $"{path}: tensor '{tensor.Name}' is {tensor.DType.SafetensorsName()}, which PyTorch's files have no storage for. "
                    + "Write safetensors.");
            var count = tensor.Shape.Aggregate(1L, (product, size) => product * size);
            pickle.Text(tensor.Name).Global(PickleGlobals.RebuildTensor).Code(Pickler.Mark);
            pickle.Code(Pickler.Mark).Text("storage").Global(new PickleGlobal("torch", storage)).Text($"{i}").Text("cpu").Number(count)
                .Code(Pickler.Tuple, Pickler.PersistentId);
            pickle.Number(0).Numbers(tensor.Shape).Numbers(Strides(tensor.Shape)).Code(Pickler.False);
            pickle.Global(PickleGlobals.OrderedDict).Code(Pickler.EmptyTuple, Pickler.Reduce); // no backward hooks
            pickle.Code(Pickler.Tuple, Pickler.Reduce);
        }

        return pickle.Code(Pickler.SetItems).End();
    }

    private static long[] Strides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        for (var (i, step) = (shape.Count - 1, 1L); i >= 0; step *= Math.Max(1, shape[i--]))
            strides[i] = step;
        return strides;
    }
}
