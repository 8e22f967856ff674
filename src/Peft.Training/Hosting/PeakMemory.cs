using System.Globalization;
using System.Runtime.InteropServices;

namespace Peft.Training;

/// <summary>
/// Measures the process's peak resident memory since the start of the measurement (Linux; the current working set on other systems).
/// </summary>
internal sealed partial class PeakMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>Starts measuring. Writing 5 to clear_refs resets the kernel's high-water mark.</summary>
    public PeakMemory()
    {
        GC.Collect();
        ReleaseFreedMemory();
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // No such file or no permission: the mark then covers the process from its start.
        }
    }

    /// <summary>The process's peak since the mark was last reset, in bytes.</summary>
    public static long OfProcess
    {
        get
        {
            if (!File.Exists(Status))
                return Environment.WorkingSet;
            var line = File.ReadLines(Status).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? Environment.WorkingSet : long.Parse(line["VmHWM:".Length..^2]
                .Trim(), CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>The peak since measuring started, in bytes.</summary>
    public long Bytes => OfProcess;

    /// <summary>
    /// Releases memory that glibc keeps from earlier runs, so that it does not count here. Other C libraries lack this function.
    /// </summary>
    private static void ReleaseFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // This C library has no such function, so there is nothing to release.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint kept);
}
