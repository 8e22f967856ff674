namespace Peft.Cli.Output;

/// <summary>Prints at the end of a command, on standard error, where its output is and a command to try with it.</summary>
internal static class NextStep
{
    public static void Print(string path, string command)
    {
        Console.Error.WriteLine($"peft: written to {path}");
        Console.Error.WriteLine($"peft: next: {command}");
    }

    /// <summary>A path as a shell reads it.</summary>
    public static string Quoted(string path) => path.Any(letter => char.IsWhiteSpace(letter) || "\"'()$&;*?".Contains(letter))
        ? $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'" : path;
}
