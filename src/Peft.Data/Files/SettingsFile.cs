namespace Peft.Data;

/// <summary>Reads a file of a folder that a run or another library wrote, and says why it cannot be read.</summary>
internal static class SettingsFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">Why it cannot be read, as what follows its path in a message; null if it was read or does not exist.</param>
    /// <returns>The bytes; null if it does not exist or cannot be read.</returns>
    public static byte[]? Read(string path, out string? problem)
    {
        problem = null;
        try
        {
            return RegularFile.Read(path, RegularFile.MaxConfig);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            problem = $"cannot be read ({cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}).";
            return null;
        }
    }
}
