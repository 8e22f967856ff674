using Peft.Data;

namespace Peft.Training;

/// <summary>The files of a run on a user's own data.</summary>
/// <param name="Train">Training examples, or all examples.</param>
/// <param name="Dev">Development examples; null to hold some out.</param>
/// <param name="Test">Test examples; null for none.</param>
internal sealed record TablePaths(string Train, string? Dev, string? Test)
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = TableStream.StandardInput;

    /// <summary>Finds the files that the options name.</summary>
    /// <exception cref="TrainingOptionsException">No file is named, or two are where there can be one.</exception>
    /// <exception cref="TaskFileNotFoundException">A folder has no training file, or two of a part.</exception>
    public static TablePaths Find(TrainingOptions options)
    {
        if (options.Data is not null && options.Train is not null)
            throw new TrainingOptionsException("train", "is given together with --data, which it replaces; give one of them");
        if ((options.Data ?? options.Train) is not { } data)
            throw new TrainingOptionsException(
                "data", $"is missing; task {options.Task} is read from a file of your own ({TableFile.Extensions}), a folder with a train "
                    + "file, or - for standard input");
        if (((string?[])[data, options.Dev == data ? null : options.Dev, options.Test]).Count(path => path == StandardInput) > 1)
            throw new TrainingOptionsException("data", "standard input (-) can be read once; give files for the others");
        var paths = Directory.Exists(data)
            ? new TablePaths(
                Part(data, "train") ?? throw new TaskFileNotFoundException(
                    $"{data}: has no file train.* ({TableFile.Extensions}), but {TaskFolder.Describe(data)}. Name the file itself."),
                Part(data, "dev", "valid", "validation", "val"), Part(data, "test"))
            : new TablePaths(data, null, null);
        return paths with { Dev = options.Dev ?? paths.Dev, Test = options.Test ?? paths.Test };
    }

    private static string? Part(string folder, params string[] names)
    {
        var files = Directory.GetFiles(folder).Where(file =>
        {
            var name = Path.GetFileName(file);
            return TableStream.FormatOf(name) is not null && names.Contains(name[..name.IndexOf('.', StringComparison.Ordinal)]);
        }).Order(StringComparer.Ordinal).ToList();
        return files.Count < 2
            ? files.FirstOrDefault()
            : throw new TaskFileNotFoundException(
                $"{folder}: has {string.Join(" and ", files.Select(Path.GetFileName))}; expected one. Name the one to read with "
                + $"--{(names[0] == "train" ? "data" : names[0])}.");
    }
}
