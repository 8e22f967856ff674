using Peft.Data;

namespace Peft.Cli.Commands;

/// <summary>Where predictions of a table are written.</summary>
/// <param name="Path">The file; null for standard output.</param>
/// <param name="Delimiter">The separator of cells; null for JSON lines.</param>
internal sealed record PredictionTarget(string? Path, char? Delimiter)
{
    private const string Gzip = ".gz";

    /// <summary>Whether the file is compressed with gzip.</summary>
    public bool IsCompressed => Path is not null && Path.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks before any work that the file may be written.</summary>
    /// <param name="output">The file; null or - for standard output.</param>
    /// <param name="input">The table that is read.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <exception cref="UsageException">The format is unknown, the file exists, or it is the input.</exception>
    /// <exception cref="FileKindException">The path leads to a folder or a device.</exception>
    public static PredictionTarget Check(string? output, string input, bool overwrite)
    {
        if (output is null or TableStream.StandardInput)
            return overwrite ? throw new UsageException("--overwrite: needs --output, the file to replace.") : new(null, null);
        var target = new PredictionTarget(output, TableStream.FormatOf(output) switch
        {
            TableFormat.Csv => ',',
            TableFormat.Tsv => '\t',
            TableFormat.JsonLines => null,
            _ => throw new UsageException($"--output: {output}: expected a name that ends in .jsonl, .csv or .tsv, also with .gz."),
        });
        RegularFile.Check(output);
        if (input != TableStream.StandardInput && Real(output) == Real(input))
            throw new UsageException($"--output: {output}: is the file of --input; give another name.");
        return File.Exists(output) && !overwrite
            ? throw new UsageException($"--output: {output}: exists; give another name, or --overwrite to replace it.") : target;
    }

    private static string Real(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }
}
