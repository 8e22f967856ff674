using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Peft.Data;

namespace Peft.Training;

/// <summary>
/// The folder of a run's snapshots: <c>step-00000100</c> and so on, each with <c>state.safetensors</c> and its checksum.
/// </summary>
/// <remarks>Each snapshot is written under a temporary name, flushed to disk and renamed. The checksum detects later damage.</remarks>
internal sealed class SnapshotFiles(string folder, int keep)
{
    public const string StateName = "state.safetensors";
    public const string ChecksumName = "SHA256SUMS";

    private const int MaxChecksumBytes = 1 << 10;
    private const string Prefix = "step-";
    private const string Partial = ".partial";

    public string Folder => folder;

    /// <summary>The steps that have a snapshot, damaged or not, latest first.</summary>
    public IReadOnlyList<int> Steps() => !Directory.Exists(folder)
        ? []
        : [.. Directory.EnumerateDirectories(folder, Prefix + "*").Select(StepOf).OfType<int>().OrderDescending()];

    /// <summary>Files and folders that look like snapshots but are not. They are not changed.</summary>
    public IReadOnlyList<string> Strays() => !Directory.Exists(folder)
        ? []
        :
        [
            .. Directory.EnumerateFileSystemEntries(folder, Prefix + "*")
                .Where(path => !Directory.Exists(path) || (StepOf(path) is null && !path.EndsWith(Partial, StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal),
        ];

    public string PathOf(int step) => Path.Combine(folder, Prefix + step.ToString("D8", CultureInfo.InvariantCulture));

    /// <summary>Writes a snapshot and removes the oldest ones, so that only the configured number is kept.</summary>
    /// <exception cref="SnapshotWriteException">The disk is full, or the folder is not writable. Earlier snapshots are
    /// unchanged.</exception>
    public void Write(int step, IReadOnlyList<TensorSource> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var (path, partial) = (PathOf(step), PathOf(step) + Partial);
        try
        {
            Remove(partial);
            Directory.CreateDirectory(partial);
            SafetensorsWriter.Write(Path.Combine(partial, StateName), tensors, metadata);
            WriteChecksum(partial);
            DirectoryFlush.Flush(partial);
            Remove(path);
            Directory.Move(partial, path);
            DirectoryFlush.Flush(folder);
            foreach (var old in Steps().Skip(keep))
                Remove(PathOf(old));
        }
        catch (Exception problem) when (
            problem is IOException or UnauthorizedAccessException or TensorWriteException or ArgumentOutOfRangeException)
        {
            // .NET reports a file that may not grow further (EFBIG) as an argument out of range.
            TryRemove(partial);
            throw new SnapshotWriteException(folder, step, Steps().Where(one => one != step).Cast<int?>()
                .FirstOrDefault(), (problem as TensorWriteException)?.InnerException ?? problem);
        }
    }

    /// <summary>Opens a snapshot if its checksum is right.</summary>
    /// <returns>The file, or null and the reason why it is unusable.</returns>
    public (SafetensorsFile? File, string? Damage) Open(int step)
    {
        var path = PathOf(step);
        try
        {
            RegularFile.Check(Path.Combine(path, StateName));
            var expected = Encoding.ASCII.GetString(RegularFile.Read(Path.Combine(path, ChecksumName), MaxChecksumBytes));
            if (expected != ChecksumLine(path))
                return (null, "its checksum does not match");
            return (SafetensorsFile.Open(Path.Combine(path, StateName)), null);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or TensorFileException)
        {
            return (null, problem.Message.TrimEnd('.'));
        }
    }

    /// <summary>Removes snapshots later than a step, and the remains of unfinished ones.</summary>
    public void RemoveAfter(int step)
    {
        foreach (var later in Steps().Where(one => one > step))
            Remove(PathOf(later));
        RemovePartial();
    }

    /// <summary>The step of a snapshot's folder; null if <see cref="PathOf"/> never gives that name.</summary>
    private int? StepOf(string path) =>
        int.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            && Path.GetFileName(PathOf(step)) == Path.GetFileName(path)
            ? step : null;

    private void RemovePartial()
    {
        foreach (var partial in Directory.Exists(folder) ? Directory.GetDirectories(folder, Prefix + "*" + Partial) : [])
            TryRemove(partial);
    }

    private static void WriteChecksum(string path)
    {
        using var stream = new FileStream(Path.Combine(path, ChecksumName), FileMode.Create);
        stream.Write(Encoding.ASCII.GetBytes(ChecksumLine(path)));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>The checksum line, in the format of <c>sha256sum</c>.</summary>
    private static string ChecksumLine(string path)
    {
        using var stream = RegularFile.Open(Path.Combine(path, StateName));
        return $"{Convert.ToHexStringLower(SHA256.HashData(stream))}  {StateName}\n";
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    private static void TryRemove(string path)
    {
        try
        {
            Remove(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Report why the snapshot could not be written; the next run removes the remains.
        }
    }
}
