using System.Text.Json;

namespace Peft.Data;

/// <summary>A checkpoint in several files, with an index whose <c>weight_map</c> maps tensors to files.</summary>
internal sealed class ShardedArchive : ITensorArchive
{
    private readonly Dictionary<string, ITensorArchive> _shardOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ITensorArchive> _shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);

    private ShardedArchive(string path) => Path = path;

    public string Path { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    public static ShardedArchive Open(string indexPath)
    {
        var archive = new ShardedArchive(indexPath);
        try
        {
            var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(indexPath))!;
            foreach (var (name, file) in ReadMap(indexPath)) archive.Add(folder, name, file);
            archive.Metadata = archive._shards.Values.FirstOrDefault()?.Metadata ?? archive.Metadata;
            return archive;
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>The files that an index names.</summary>
    /// <param name="indexPath">The index.</param>
    /// <exception cref="CheckpointIndexException">The index is malformed.</exception>
    public static IEnumerable<string> FilesOf(string indexPath) => ReadMap(indexPath).Select(entry => entry.File).Distinct();

    public void CopyTo(string name, long offset, Span<byte> destination)
    {
        this.Find(name);
        _shardOf[name].CopyTo(name, offset, destination);
    }

    public void Dispose()
    {
        foreach (var shard in _shards.Values) shard.Dispose();
    }

    private void Add(string folder, string name, string file)
    {
        if (!_shards.TryGetValue(file, out var shard))
        {
            var path = System.IO.Path.Combine(folder, file);
            if (!File.Exists(path))
                throw new CheckpointIndexException(
                    $"{Path}: its file '{file}' (with '{Excerpt.Cut(name)}') is missing beside it. Fetch the missing part.");
            _shards.Add(file, shard = CheckpointFolder.OpenFile(path));
        }

        if (!shard.Tensors.TryGetValue(name, out var info))
        {
            throw new CheckpointIndexException(
                $"{Path}: says that '{file}' has the tensor '{Excerpt.Cut(name)}', but it has not. "
                + "Index and files are of different versions: fetch them together.");
        }

        _shardOf.Add(name, shard);
        _tensors.Add(name, info);
    }

    private static List<(string Name, string File)> ReadMap(string path)
    {
        try
        {
            using var json = JsonText.Parse(RegularFile.Read(path, RegularFile.MaxVocabulary));
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw new CheckpointIndexException($"{path}: expected an object with 'weight_map', an object of tensor: file.");
            }

            var entries = new List<(string, string)>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in map.EnumerateObject())
            {
                if (!names.Add(property.Name)) throw new CheckpointIndexException(
                    $"{path}: the tensor '{Excerpt.Cut(property.Name)}' stands twice in 'weight_map'.");
                entries.Add((property.Name, ShardName(path, property)));
            }

            return entries;
        }
        catch (JsonException error)
        {
            throw new CheckpointIndexException($"{path}: not valid JSON ({JsonFault.Describe(error)}). Fetch it again.", error);
        }
    }

    /// <summary>A file beside the index. Paths to other folders, or back to an index, are rejected.</summary>
    private static string ShardName(string path, JsonProperty property)
    {
        var file = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : "";
        var plain = file.Length > 0 && file.IndexOfAny(['/', '\\', ':']) < 0 && file is not ("." or "..");
        if (plain && !file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return file;
        throw new CheckpointIndexException($"{path}: '{Excerpt.Cut(property.Name)}' must name a file beside the index, found "
            + $"{Excerpt.Cut(property.Value)}.");
    }
}
