namespace Peft.Data;

/// <summary>Reads the file of <c>--add-tokens</c>: one token on each line, in UTF-8.</summary>
public static class AddedTokensFile
{
    /// <summary>Reads the tokens.</summary>
    /// <param name="path">The file. Empty lines are skipped; blanks around a token do not count.</param>
    /// <returns>The tokens, in the file's order.</returns>
    /// <exception cref="AddedTokensException">The file is missing, is not UTF-8, has no token or one twice.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RegularFile.Check(path);
        if (!File.Exists(path))
            throw new AddedTokensException(path, "there is no such file; expected a text file with one token on each line");
        var (tokens, lines) = (new List<string>(), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var (line, number) in Lines(path).Select((line, index) => (line.Trim(), index + 1)).Where(pair => pair.Item1.Length > 0))
        {
            if (!lines.TryAdd(line, number))
                throw new AddedTokensException(
                    $"{path}:{number}", $"'{Excerpt.Cut(line)}' stands in line {lines[line]} already; a token may stand once");
            tokens.Add(line);
        }

        return tokens.Count > 0 ? tokens : throw new AddedTokensException(path, "there is no token; expected one on each line");
    }

    private static List<string> Lines(string path)
    {
        try
        {
            return TextLines.ReadVocabulary(path);
        }
        catch (TextEncodingException problem)
        {
            throw new AddedTokensException(problem.Message);
        }
    }
}

/// <summary>Tokens cannot be added to a vocabulary.</summary>
/// <param name="message">The file, what was found and what to do.</param>
public sealed class AddedTokensException(string message) : TextException(message)
{
    /// <summary>Tokens cannot be added to a vocabulary.</summary>
    /// <param name="path">The file, and the line where there is one.</param>
    /// <param name="problem">What was found and what to do, without a full stop.</param>
    public AddedTokensException(string path, string problem)
        : this($"{path}: {problem}.")
    {
    }
}
