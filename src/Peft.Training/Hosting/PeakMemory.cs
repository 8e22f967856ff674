using System.Globalization;
using System.Runtime.InteropServices;

namespace Peft.Training;

/// <summary>The process's peak resident memory since this was made (Linux; elsewhere the current working set).</summary>
public sealed partial class PeakMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>Starts measuring: writing 5 to clear_refs resets the kernel's high-water mark.</summary>
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
            // No such file or no permission: the mark then covers the whole life of the process.
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

    /// <summary>The peak since this was made, in bytes.</summary>
    public long Bytes => OfProcess;

    /// <summary>glibc keeps what earlier runs freed; it is not this run's. Other C libraries have no such function.</summary>
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
            // A C library that keeps nothing that could be asked for.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint kept);
}
