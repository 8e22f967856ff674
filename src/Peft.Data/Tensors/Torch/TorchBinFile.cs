namespace Peft.Data;

/// <summary>
/// The tensors of a file written by <c>torch.save</c> (<c>pytorch_model.bin</c>, <c>.pt</c>, <c>.pth</c>), in the zip format or the one
/// before PyTorch 1.6. Its pickle is read as plain data: nothing is imported or run. Tensors in nested dicts and lists are named by their
/// path, joined by dots; a single tensor is named <c>tensor</c>. Views are read in row-major order.
/// </summary>
public sealed class TorchBinFile : ITensorArchive
{
    private readonly TensorFile _file;
    private readonly Dictionary<string, TorchTensor> _tensors;

    private TorchBinFile(TensorFile file)
    {
        _file = file;
        _tensors = IsZip(file) ? TorchZipReader.Read(file) : IsPickle(file) ? TorchLegacyReader.Read(
            file) : throw new TorchFileFormatException(
            file.Path, "it begins neither as a zip archive nor as a pickle. It is another kind of file, or a placeholder of a file that "
                + "was not fetched.");
        Tensors = _tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Info, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file; do not change it while it is open.</param>
    /// <exception cref="CheckpointNotFoundException">The file does not exist.</exception>
    /// <exception cref="TorchFileFormatException">The file is damaged, big-endian, compressed or of another kind.</exception>
    /// <exception cref="UnsafePickleException">The file refers to a function or class other than those of tensors; the message names
    /// it.</exception>
    public static TorchBinFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = TensorFile.Open(path);
        try
        {
            return new TorchBinFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void CopyTo(string name, long offset, Span<byte> destination)
    {
        var info = this.Find(name);
        TensorArchives.CheckPart(this, info, offset, destination.Length);
        _tensors[name].CopyTo(_file, offset, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Whether a file starts like those of <c>torch.save</c>.</summary>
    internal static bool LooksLikeOne(TensorFile file) => IsZip(file) || IsPickle(file);

    private static bool IsZip(TensorFile file) => file.Length >= 4 && file.Bytes(0, 4) is [(byte)'P', (byte)'K', 3, 4];

    private static bool IsPickle(TensorFile file) => file.Length >= 2 && file.Bytes(0, 2) is [0x80, <= 5];
}
