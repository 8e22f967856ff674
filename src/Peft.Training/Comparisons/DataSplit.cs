namespace Peft.Training;

/// <summary>One of several folders or files with the same task's data, such as samples of few examples.</summary>
/// <param name="Path">The folder or file.</param>
/// <param name="Folder">The name of the folder for its runs.</param>
internal sealed record DataSplit(string Path, string Folder)
{
    /// <summary>Finds splits.</summary>
    /// <param name="patterns">Folders, files, or patterns with * and ? in the last part of a path.</param>
    /// <returns>Their paths, those of a pattern in the order of their names.</returns>
    /// <exception cref="TrainingOptionsException">A folder or file does not exist, nothing matches, or one is given twice.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> patterns)
    {
        var found = new List<string>();
        foreach (var pattern in patterns.Select(System.IO.Path.TrimEndingDirectorySeparator))
        {
            if (System.IO.Path.Exists(pattern))
            {
                found.Add(pattern);
                continue;
            }

            var parent = System.IO.Path.GetDirectoryName(pattern) is { Length: > 0 } named ? named : ".";
            string[] matching = pattern.AsSpan().ContainsAny('*', '?') && Directory.Exists(parent)
                ? [.. Directory.EnumerateFileSystemEntries(parent, System.IO.Path.GetFileName(pattern)).Order(StringComparer.Ordinal)] : [];
            found.AddRange(matching.Length > 0 ? matching : throw new TrainingOptionsException(
                "splits", $"'{Data.Excerpt.Line(pattern)}' is no folder or file, and no pattern that matches any; expected folders such as "
                    + "few-shot/SST-2/30-1, or few-shot/SST-2/30-*"));
        }

        return found.GroupBy(System.IO.Path.GetFullPath).FirstOrDefault(same => same.Count() > 1) is { Key: var twice }
            ? throw new TrainingOptionsException("splits", $"{twice} is given twice; give each split once") : found;
    }

    /// <summary>Gives each split a folder of its own.</summary>
    public static IReadOnlyList<DataSplit> Name(IReadOnlyList<string> paths)
    {
        var names = paths.Select(path => System.IO.Path.GetFileName(System.IO.Path.GetFullPath(path))).ToList();
        var areUnique = names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Count;
        return [.. paths.Select((path, index) => new DataSplit(path, areUnique ? names[index] : $"{index + 1}-{names[index]}"))];
    }

    /// <summary>The runs that a configuration is judged by: those of <see cref="StoredRuns.Replicates"/> on each split.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="splits">The splits; null for the data of the configuration.</param>
    /// <param name="seeds">Seeds.</param>
    /// <param name="folder">The folder below which each run has one; null to write nothing.</param>
    public static IEnumerable<TrainingOptions> Replicates(
        TrainingOptions options, IReadOnlyList<DataSplit>? splits, IReadOnlyList<int> seeds, string? folder) => splits is null
        ? StoredRuns.Replicates(options, seeds, folder)
        : splits.SelectMany(split => StoredRuns.Replicates(
            options with { Data = split.Path }, seeds, folder is null ? null : System.IO.Path.Combine(folder, split.Folder)));
}
