namespace Peft.Training;

/// <summary>Detects changed files by their length and time of writing.</summary>
internal sealed record FileStamps(IReadOnlyDictionary<string, (long Length, DateTime Written)> Files)
{
    private static readonly EnumerationOptions s_readable = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    public static FileStamps Capture(IEnumerable<string> files) => new(files.Distinct().ToDictionary(file => file, Stamp));

    /// <summary>The stamps of all files in folders that may be part of a plugin.</summary>
    public static FileStamps OfFolders(IEnumerable<string> folders) => Capture(
        folders.Where(Directory.Exists)
            .SelectMany(folder => Found(() => Directory.GetDirectories(folder, "*", s_readable)).Prepend(folder))
            .SelectMany(folder => Found(() => Directory.GetFiles(folder, "*.dll", s_readable))
                .Concat(Found(() => Directory.GetFiles(folder, "*.deps.json", s_readable)))));

    public bool Equals(FileStamps? other) => other is not null && Files.Count == other.Files.Count
        && Files.All(pair => other.Files.TryGetValue(pair.Key, out var stamp) && stamp == pair.Value);

    public override int GetHashCode() => Files.Count;

    /// <summary>Paths in a folder; none if it was deleted after it was listed.</summary>
    private static string[] Found(Func<string[]> list)
    {
        try
        {
            return list();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static (long Length, DateTime Written) Stamp(string file) =>
        new FileInfo(file) is { Exists: true } info ? (info.Length, info.LastWriteTimeUtc) : default;
}
