namespace Peft.Data;

/// <summary>Opens the files of tasks. Errors name the file.</summary>
internal static class TaskFile
{
    /// <summary>Calls a reader of a file, and converts its errors to errors of tasks.</summary>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file is not UTF-8.</exception>
    public static T Open<T>(string file, Func<string, T> open)
    {
        try
        {
            return open(file);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TaskFileNotFoundException($"{file}: there is no such file.");
        }
        catch (TextEncodingException problem)
        {
            throw new TaskFileFormatException(problem.Message, problem);
        }
    }

    /// <summary>The lines of a file, without the empty ones at its end.</summary>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file is not UTF-8.</exception>
    public static List<string> ReadRows(string file) => Open(file, TextLines.ReadRows);
}
