namespace Peft.Data;

/// <summary>
/// Keeps one file of the cache to one download at a time, among processes and within one. It is the lock of the hub's own tools: an
/// advisory lock of the whole file (<c>flock</c>, which is what <see cref="FileShare.None"/> takes on Unix) under the same name.
/// </summary>
internal static class HubLock
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>EWOULDBLOCK of Linux and of macOS, and Windows' sharing violation.</summary>
    private static readonly int[] s_taken = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Takes the lock, which the result's disposal gives back.</summary>
    /// <param name="path">The lock's file; it stays, as its removal would let two in.</param>
    /// <param name="waiting">Called again and again while another has it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What to dispose.</returns>
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
