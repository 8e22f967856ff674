using System.Security.Cryptography;

namespace Peft;

/// <summary>
/// Copies TorchSharp's native library on machines whose libstdc++ is older than the library requires (Debian 12 among them). The one symbol
/// of the newer version is never called, so it is enough to mark the requirement as weak. The copy is created once, in the user's cache
/// folder.
/// </summary>
internal static class BridgeCopy
{
    private const string Variable = "PEFT_CACHE";

    /// <summary>
    /// Whether a copy would load although the original does not: the library requires a version of libstdc++ that the machine lacks.
    /// </summary>
    /// <param name="problem">The system loader's message.</param>
    public static bool IsNeeded(string problem) => problem.Contains("version `GLIBCXX_", StringComparison.Ordinal);

    /// <summary>The copy's file; created if missing.</summary>
    /// <param name="original">The library in its package, which is never modified.</param>
    /// <exception cref="LibTorchException">The cache folder is not writable.</exception>
    public static string GetOrCreate(string original)
    {
        var image = File.ReadAllBytes(original);
        ElfVersions.MarkWeak(image, "libstdc++.so.6");
        var folder = Path.Combine(CacheFolder(), "natives", Convert.ToHexStringLower(SHA256.HashData(image))[..16]);
        var copy = Path.Combine(folder, Path.GetFileName(original));
        try
        {
            if (!IsWhole(copy, image))
                Write(folder, copy, image);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LibTorchException(
                $"{folder} cannot be written to ({problem.Message.TrimEnd('.')}). This machine's libstdc++ is older than TorchSharp's "
                    + "native library asks for, "
                + $"so that a changed copy of it ({image.Length / 1048576.0:F1} MiB) is kept there; free space, correct the access rights "
                    + $"or name another folder in {Variable}",
                problem);
        }

        return copy;
    }

    /// <summary>
    /// The folder of Peft's files that persist between runs: <c>PEFT_CACHE</c>, else <c>peft</c> in <c>XDG_CACHE_HOME</c> or
    /// <c>~/.cache</c>.
    /// </summary>
    /// <exception cref="LibTorchException">The user has no home folder, and no variable names another one.</exception>
    internal static string CacheFolder()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return Path.GetFullPath(named);
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches)
            return Path.Combine(caches, "peft");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0
            ? Path.Combine(home, ".cache", "peft")
            : throw new LibTorchException("the user has no home folder to keep a copy of TorchSharp's native library in; name a folder "
                + $"in {Variable}");
    }

    private static bool IsWhole(string copy, byte[] image) => File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(image);

    /// <summary>Writes a temporary file and renames it, so that other processes see either the complete file or none.</summary>
    private static void Write(string folder, string copy, byte[] image)
    {
        Directory.CreateDirectory(folder);
        var part = $"{copy}.{Environment.ProcessId}-{Guid.NewGuid():N}.part";
        try
        {
            File.WriteAllBytes(part, image);
            File.Move(part, copy, overwrite: true);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new IOException("the file is larger than the process may write"); // for EFBIG, .NET's message is about a parameter
        }
        finally
        {
            File.Delete(part);
        }
    }
}
