using Peft.Data;

namespace Peft.Models;

/// <summary>Opens the tensors of an adapter or checkpoint of any supported library.</summary>
internal static class AdapterArchives
{
    /// <summary>File names of a folder's adapter; the first existing one is used.</summary>
    private static readonly string[] s_adapters =
        ["adapter.safetensors", "adapter_model.safetensors", "adapter_model.bin", "pytorch_adapter.bin"];

    /// <summary>AdapterHub stores heads in separate files.</summary>
    private static readonly string[] s_heads = ["model_head.safetensors", "pytorch_model_head.bin"];

    /// <summary>Opens a file, an adapter's folder (with its head), a run's folder (its adapter) or a checkpoint's folder.</summary>
    /// <param name="path">The file or folder.</param>
    /// <returns>The tensors.</returns>
    /// <exception cref="CheckpointNotFoundException">The path contains no such file.</exception>
    /// <exception cref="TensorFileException">A file violates its format.</exception>
    public static ITensorArchive Open(string path)
    {
        var run = Path.Combine(path, "adapter");
        if (Directory.Exists(run) && File.Exists(Path.Combine(run, AdapterFolder.ManifestName)))
            return Open(run);
        var files = ((string[][])[s_adapters, s_heads])
            .Select(names => names.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)).OfType<string>().ToList();
        return files.Count switch
        {
            0 => CheckpointFolder.Open(path),
            1 => CheckpointFolder.Open(files[0]),
            _ => Join(path, files),
        };
    }

    private static JoinedArchive Join(string path, List<string> files)
    {
        var parts = new List<ITensorArchive>();
        try
        {
            foreach (var file in files)
                parts.Add(CheckpointFolder.Open(file));
            return new JoinedArchive(path, parts);
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }
}

/// <summary>Combines several files into one archive.</summary>
internal sealed class JoinedArchive : ITensorArchive
{
    private readonly IReadOnlyList<ITensorArchive> _parts;
    private readonly Dictionary<string, ITensorArchive> _owners = new(StringComparer.Ordinal);

    public JoinedArchive(string path, IReadOnlyList<ITensorArchive> parts)
    {
        (Path, _parts) = (path, parts);
        foreach (var part in parts)
        {
            foreach (var key in part.Tensors.Keys)
                _owners.TryAdd(key, part);
        }

        Tensors = _owners.ToDictionary(pair => pair.Key, pair => pair.Value.Tensors[pair.Key]);
        Metadata = parts[0].Metadata;
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public void CopyTo(string name, long offset, Span<byte> destination)
    {
        this.Find(name);
        _owners[name].CopyTo(name, offset, destination);
    }

    public void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
    }
}
