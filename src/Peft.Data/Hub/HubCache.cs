using System.Text;

namespace Peft.Data;

/// <summary>
/// A repository in the cache that the hub's tools share: <c>blobs</c> by checksum, <c>snapshots</c> by commit with links to blobs, and
/// <c>refs</c> with the commit of each revision.
/// </summary>
internal sealed class HubCache(string cache, string id)
{
    private const int MaxReferenceBytes = 1 << 10;

    private readonly string _name = "models--" + id.Replace("/", "--", StringComparison.Ordinal);

    private string Folder => Path.Combine(cache, _name);

    public string Blob(string checksum) => Path.Combine(Folder, "blobs", checksum);

    public string Snapshot(string commit) => Path.Combine(Folder, "snapshots", commit);

    public string Partial(string checksum) => Blob(checksum) + ".incomplete";

    /// <summary>Locked while the blob is downloaded.</summary>
    public string LockOf(string checksum) => Path.Combine(cache, ".locks", _name, checksum + ".lock");

    /// <summary>The commit of a revision at the last request; null if never requested.</summary>
    public string? Commit(string revision)
    {
        var file = Path.Combine(Folder, "refs", revision);
        if (File.Exists(file))
        {
            CheckKind(file);
            var commit = Encoding.UTF8.GetString(RegularFile.Read(file, MaxReferenceBytes)).Trim();
            return HubName.IsCommit(commit) ? commit : throw new HubCacheException(
                $"{file}: holds '{Excerpt.Line(commit)}'; expected the 40 hexadecimal digits of a commit. Delete the file to ask the hub "
                    + "again.");
        }

        return Directory.Exists(Snapshot(revision)) ? revision : null;
    }

    public void SetCommit(string revision, string commit)
    {
        if (revision == commit)
            return;
        var file = Path.Combine(Folder, "refs", revision);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var partial = $"{file}.{Guid.NewGuid():N}.tmp";
        File.WriteAllText(partial, commit);
        File.Move(partial, file, overwrite: true);
    }

    /// <summary>The files of a snapshot, those in folders within it left out.</summary>
    public IReadOnlyList<string> Files(string commit)
    {
        var snapshot = Snapshot(commit);
        return !Directory.Exists(snapshot)
            ? []
            : [.. Directory.EnumerateFiles(snapshot).Where(File.Exists).Select(file => Path.GetFileName(file))];
    }

    /// <summary>Refuses pipes, devices and folders in place of a file of the cache; opening one may wait without end.</summary>
    /// <exception cref="HubCacheException">It is one of these.</exception>
    public static void CheckKind(string file)
    {
        if ((File.Exists(file) || Directory.Exists(file)) && FileKind.Describe(file) is { } kind) // a link that leads nowhere is replaced
            throw new HubCacheException($"{file}: is {kind}; expected a file of the cache. Delete it, or choose another cache with "
                + "HF_HUB_CACHE.");
    }

    public void Prepare() => Directory.CreateDirectory(Path.Combine(Folder, "blobs"));

    /// <summary>Adds a blob to a snapshot under a file's name: as a relative link, or as a copy if links are not supported.</summary>
    public void Link(string commit, string file, string checksum)
    {
        var path = Path.Combine(Snapshot(commit), file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        CheckKind(path);
        if (File.Exists(path))
            return;
        var partial = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.CreateSymbolicLink(partial, Path.GetRelativePath(Path.GetDirectoryName(path)!, Blob(checksum)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            File.Copy(Blob(checksum), partial);
        }

        File.Move(partial, path, overwrite: true); // over a link that leads nowhere, or another process's
    }
}
