using System.Runtime.InteropServices;

namespace Peft.Training;

/// <summary>
/// Flushes a folder's entries to disk, so that a rename survives a power failure. Does nothing on systems other than Linux and macOS.
/// </summary>
internal static partial class DirectoryFlush
{
    private const int ReadOnly = 0;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(folder, ReadOnly);
        if (handle < 0)
            throw new IOException($"{folder} cannot be opened (error {Marshal.GetLastPInvokeError()})");
        try
        {
            if (Flush(handle) != 0)
                throw new IOException($"{folder} cannot be flushed to the disk (error {Marshal.GetLastPInvokeError()})");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
