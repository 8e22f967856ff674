using System.Globalization;

namespace Peft.Data;

/// <summary>Checks before a download that the disk has room for it.</summary>
internal static class HubSpace
{
    /// <summary>Checks the free space.</summary>
    /// <param name="id">The repository.</param>
    /// <param name="cache">The folder of repositories, which need not exist yet.</param>
    /// <param name="needed">The bytes to download.</param>
    /// <exception cref="HubSpaceException">The disk has less.</exception>
    public static void Check(string id, string cache, Int128 needed)
    {
        if (Free(cache) is { } free && needed > free)
            throw new HubSpaceException(id, cache, needed, free);
    }

    /// <summary>Free bytes of the folder's disk; null if unknown.</summary>
    private static long? Free(string folder)
    {
        var existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            existing = parent;
        try
        {
            var disk = new DriveInfo(existing);
            return disk.TotalSize > 0 ? disk.AvailableFreeSpace : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // a file system that does not report it
        }
    }
}

/// <summary>The disk has no room for a repository. Nothing was downloaded.</summary>
public sealed class HubSpaceException : HubException
{
    internal HubSpaceException(string id, string cache, Int128 needed, long free)
        : base(string.Create(
            CultureInfo.InvariantCulture, $"{id}: the hub announces {needed:N0} bytes to download, and the disk of {cache} has {free:N0} "
                + $"free. Nothing was downloaded. Free space, or choose a cache on another disk with HF_HUB_CACHE.")) { }
}
