namespace Peft.Data;

/// <summary>
/// Allows one download at a time for a file of the cache, across processes and within one. It is the lock of the hub's own tools: an
/// advisory lock of the whole file (<c>flock</c>, which <see cref="FileShare.None"/> uses on Unix) under the same name.
/// </summary>
internal static class HubLock
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>EWOULDBLOCK of Linux and of macOS, and Windows' sharing violation.</summary>
    private static readonly int[] s_taken = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Acquires the lock. Disposing the result releases it.</summary>
    /// <param name="path">The lock's file. It is never removed, because removal could let two processes in.</param>
    /// <param name="waiting">Called repeatedly while another process holds the lock.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The lock, to dispose.</returns>
    public static async Task<IDisposable> Take(string path, Action waiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException problem) when (s_taken.Contains(problem.HResult))
            {
                waiting();
            }

            await Task.Delay(s_pause, cancellation);
        }
    }
}
