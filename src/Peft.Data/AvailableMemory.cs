using System.Globalization;

namespace Peft.Data;

/// <summary>The memory that can still be allocated, so that a request that cannot be met is refused before it is made.</summary>
public static class AvailableMemory
{
    private const string Kernel = "/proc/meminfo";

    /// <summary>
    /// The available bytes of this machine or container: the kernel's estimate on Linux, the runtime's limit elsewhere. Other programs
    /// allocate as well, so it is an estimate.
    /// </summary>
    public static long Bytes
    {
        get
        {
            var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            try
            {
                return Math.Min(limit, FromKernel() ?? limit);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return limit;
            }
        }
    }

    private static long? FromKernel()
    {
        const string Key = "MemAvailable:";
        if (!File.Exists(Kernel))
            return null;
        var line = File.ReadLines(Kernel).FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[Key.Length..^2].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size * 1024 : null;
    }
}

/// <summary>More memory is needed than is available.</summary>
/// <param name="source">The file or option that asks for it.</param>
/// <param name="need">What is needed and how much.</param>
/// <param name="available">The bytes that are available.</param>
/// <param name="advice">What to do.</param>
public sealed class NotEnoughMemoryException(string source, string need, long available, string advice) : Exception(string.Create(
    CultureInfo.InvariantCulture,
    $"{source}: {need} do not fit into memory, of which {available / (double)(1 << 30):F1} GiB are available; {advice}."));
