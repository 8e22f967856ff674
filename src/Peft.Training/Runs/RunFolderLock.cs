using System.Globalization;

namespace Peft.Training;

/// <summary>
/// Holds a run's folder for one run: a second run of the same folder, in this process or another, is rejected. The operating system
/// releases the lock when the process ends, even after a crash.
/// </summary>
internal sealed class RunFolderLock : IDisposable
{
    /// <summary>The locked file. It is empty: a locked file cannot be read by others.</summary>
    public const string FileName = ".running.lock";

    /// <summary>Names the process that holds the lock.</summary>
    public const string HolderName = ".running";

    private const int SharingViolation = unchecked((int)0x80070020);
    private readonly string _folder;
    private readonly FileStream _file;

    private RunFolderLock(string folder, FileStream file) => (_folder, _file) = (folder, file);

    /// <summary>Locks a folder that exists.</summary>
    /// <exception cref="RunFolderInUseException">Another run holds it.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static RunFolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        FileStream file;
        do
            file = Open(folder, path);
        while (IsRemoved(path, file));
        try
        {
            File.WriteAllText(Path.Combine(folder, HolderName), string.Create(
                CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return new RunFolderLock(folder, file);
    }

    /// <summary>Removes both files while they are still locked, then releases the lock.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(Path.Combine(_folder, HolderName));
            File.Delete(Path.Combine(_folder, FileName));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Remaining files do no harm: only the lock matters, and it is released here.
        }

        _file.Dispose();
    }

    private static FileStream Open(string folder, string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem) when (IsHeld(problem))
        {
            throw new RunFolderInUseException(folder, Holder(folder));
        }
    }

    /// <summary>Whether the file was removed by its earlier holder between opening and locking.</summary>
    private static bool IsRemoved(string path, FileStream file)
    {
        if (File.Exists(path))
            return false;
        file.Dispose();
        return true;
    }

    /// <summary>EWOULDBLOCK of flock on Linux and macOS; a sharing violation on Windows.</summary>
    private static bool IsHeld(IOException problem) =>
        problem.HResult == (OperatingSystem.IsWindows() ? SharingViolation : OperatingSystem.IsMacOS() ? 35 : 11);

    private static string Holder(string folder)
    {
        try
        {
            var holder = File.ReadAllText(Path.Combine(folder, HolderName));
            return holder is { Length: > 0 and < 400 } ? holder : "another process";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}

/// <summary>Another run is writing into the folder of a run.</summary>
/// <param name="folder">The folder.</param>
/// <param name="holder">The process of the other run.</param>
public sealed class RunFolderInUseException(string folder, string holder)
    : Exception($"--output: {folder} is in use by a run of {holder}; wait for its end or name another folder.")
{
    /// <summary>The process of the other run.</summary>
    public string Holder { get; } = holder;
}
