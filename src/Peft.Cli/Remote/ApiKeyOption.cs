using System.CommandLine;
using System.Text;
using Peft.Data;

namespace Peft.Cli.Remote;

/// <summary>The key between <c>peft serve</c> and its clients, from a file or the environment.</summary>
internal static class ApiKeyOption
{
    /// <summary>The environment variable of the key.</summary>
    public const string Variable = "PEFT_API_KEY";

    private const int ShortestKey = 16, MostKeyBytes = 4096;

    /// <summary>Creates the option <c>--api-key-file</c>.</summary>
    /// <param name="description">What the key is for.</param>
    public static Option<string?> Create(string description) => new("--api-key-file")
    {
        Description = $"{description} [default: {Variable}, or none]", HelpName = "FILE",
    };

    /// <summary>Reads the key.</summary>
    /// <param name="file">The file; null for the environment variable.</param>
    /// <returns>The key; null for none.</returns>
    /// <exception cref="UsageException">It is too short.</exception>
    public static string? Read(string? file)
    {
        if (file is not null && !File.Exists(file))
            throw new UsageException($"--api-key-file: there is no file {file}; name one that holds the key.");
        var key = file is null
            ? Environment.GetEnvironmentVariable(Variable)?.Trim() is { Length: > 0 } given ? given : null
            : Encoding.UTF8.GetString(RegularFile.Read(file, MostKeyBytes)).Trim();
        return key is null or { Length: >= ShortestKey } ? key
            : throw new UsageException($"{(file is null ? Variable : "--api-key-file")}: the key has {key.Length} characters; expected "
                + $"at least {ShortestKey}.");
    }
}
