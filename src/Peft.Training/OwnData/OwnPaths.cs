using Peft.Data;

namespace Peft.Training;

/// <summary>The files of a run on a user's own data.</summary>
/// <param name="Train">Files of training examples.</param>
/// <param name="Dev">Files of development examples; null to hold out a part of the training examples.</param>
/// <param name="Test">Files of test examples; null for none.</param>
internal sealed record OwnPaths(IReadOnlyList<string> Train, IReadOnlyList<string>? Dev, IReadOnlyList<string>? Test)
{
    /// <summary>The names of development files.</summary>
    public static IReadOnlyList<string> DevNames { get; } = ["dev", "valid", "validation", "val"];

    /// <summary>Every file.</summary>
    public IReadOnlyList<string> All => [.. Train, .. Dev ?? [], .. Test ?? []];

    /// <summary>Whether a path stands for standard input.</summary>
    public static bool IsInput(string? path) => path == TableStream.StandardInput;

    /// <summary>Finds the files that the settings name.</summary>
    /// <param name="options">The run's settings.</param>
    /// <param name="endings">The endings of the task's files.</param>
    /// <param name="expected">What the files hold, for messages.</param>
    /// <param name="allOfFolder">Whether all files of a folder are training files if none is named <c>train</c>.</param>
    /// <exception cref="TrainingOptionsException">No file is given, or one in two ways.</exception>
    /// <exception cref="TaskFileNotFoundException">A file or folder is missing.</exception>
    public static OwnPaths Find(TrainingOptions options, IReadOnlyList<string> endings, string expected, bool allOfFolder = false)
    {
        if (options is { Data: not null, Train: not null })
            throw new TrainingOptionsException("train", "is given beside --data; both name the training examples, so leave one out");
        var path = options.Train ?? options.Data ?? throw new TrainingOptionsException(
            "data", $"is missing; task {options.Task} is read from a file of {expected} ({string.Join(", ", endings)}, also .gz), a folder "
                + "with a train file, or - for standard input");
        if (((string?[])[path, options.Dev == path ? null : options.Dev, options.Test]).Count(IsInput) > 1)
            throw new TrainingOptionsException("data", "standard input (-) can be read once; give files for the others");
        var paths = options.Train is null && Directory.Exists(path)
            ? InFolder(path, endings, expected, allOfFolder) : new OwnPaths([path], null, null);
        return paths with
        {
            Dev = options.Dev is { } dev ? [dev] : paths.Dev, Test = options.Test is { } test ? [test] : paths.Test,
        };
    }

    private static OwnPaths InFolder(string folder, IReadOnlyList<string> endings, string expected, bool allOfFolder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Where(file => endings.Any(
            ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
                || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal)];
        if (Named(files, "train") is { } train)
            return new OwnPaths(
                [train], Named(files, [.. DevNames]) is { } dev ? [dev] : null, Named(files, "test") is { } test ? [test] : null);
        if (allOfFolder && files.Length > 0)
            return new OwnPaths(files, null, null);
        throw new TaskFileNotFoundException(
            $"{folder}: expected a file train with {expected} ({string.Join(", ", endings)}), but there is {TaskFolder.Describe(folder)}. "
                + "Rename it, or give the file itself.");
    }

    private static string? Named(IReadOnlyList<string> files, params string[] names)
    {
        string[] found = [.. files.Where(file => names.Contains(Path.GetFileName(file).Split('.')[0], StringComparer.OrdinalIgnoreCase))];
        return found.Length < 2 ? found.FirstOrDefault() : throw new TaskFileNotFoundException(
            $"{Path.GetDirectoryName(found[0])}: has {string.Join(" and ", found.Select(Path.GetFileName))}; expected one. Give the one to "
                + $"read with --{names[0]}.");
    }
}
