namespace Peft.Data;

/// <summary>Finds a model's weights on disk, in any of the usual formats.</summary>
public static class CheckpointFolder
{
    private const string Safetensors = "model.safetensors", SafetensorsIndex = "model.safetensors.index.json";
    private const string TorchBin = "pytorch_model.bin", TorchBinIndex = "pytorch_model.bin.index.json";
    private static readonly string[] s_torchEndings = [".bin", ".pt", ".pth"];

    /// <summary>
    /// Opens a file, or the first of these in a folder: <c>model.safetensors</c>, <c>model.safetensors.index.json</c> with its shards,
    /// <c>pytorch_model.bin</c>, <c>pytorch_model.bin.index.json</c>, the only <c>*.safetensors</c>, the only <c>*.bin</c>, <c>*.pt</c> or
    /// <c>*.pth</c>.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <exception cref="CheckpointNotFoundException">The path contains no weights; the message lists the expected names.</exception>
    /// <exception cref="CheckpointIndexException">An index is wrong, a shard is missing, or a shard lacks a tensor.</exception>
    /// <exception cref="SafetensorsFormatException">A safetensors file is invalid.</exception>
    /// <exception cref="TorchFileFormatException">A PyTorch file is invalid.</exception>
    /// <exception cref="UnsafePickleException">A PyTorch file refers to something that could run code.</exception>
    public static ITensorArchive Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path)) return OpenFile(path);
        if (!Directory.Exists(path))
            throw new CheckpointNotFoundException(
                $"{path}: no such file or folder. Give a folder with {Safetensors} or {TorchBin}, or a file.");
        foreach (var name in (string[])[Safetensors, SafetensorsIndex, TorchBin, TorchBinIndex])
        {
            if (File.Exists(Path.Combine(path, name))) return OpenFile(Path.Combine(path, name));
        }

        return OpenFile(Only(path));
    }

    internal static ITensorArchive OpenFile(string path)
    {
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return ShardedArchive.Open(path);
        return IsTorch(path) ? TorchBinFile.Open(path) : SafetensorsFile.Open(path);
    }

    private static bool IsTorch(string path)
    {
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) return false;
        if (s_torchEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) return true;
        using var file = TensorFile.Open(path);
        return TorchBinFile.LooksLikeOne(file);
    }

    private static string Only(string folder)
    {
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToList();
        foreach (var endings in (string[][])[[".safetensors"], s_torchEndings])
        {
            var candidates = files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))).ToList();
            if (candidates.Count == 1) return candidates[0];
            if (candidates.Count > 1)
            {
                throw new CheckpointNotFoundException(
                    $"{folder}: several files could be meant ({string.Join(", ", candidates.Select(Path.GetFileName))}). Name one of "
                        + "them.");
            }
        }

        var found = files.Count == 0 ? "nothing" : string.Join(", ", files.Take(20).Select(Path.GetFileName));
        throw new CheckpointNotFoundException(
            $"{folder}: no weights. Looked for {Safetensors}, {SafetensorsIndex}, {TorchBin}, {TorchBinIndex}, "
            + $"a single *.safetensors, a single *.bin, *.pt or *.pth; found {found}.");
    }
}
