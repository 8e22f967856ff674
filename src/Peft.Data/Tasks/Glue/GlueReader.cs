namespace Peft.Data;

/// <summary>Finds and reads a task's files.</summary>
internal static class GlueReader
{
    public static TaskData Load(TaskDefinition task, string folder, TaskLoadOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (options.TrainLimit < 1 || options.DevLimit < 1)
            throw new ArgumentOutOfRangeException(nameof(options), "A limit must be at least 1; leave it out for all examples.");
        var layout = GlueLayout.ForTask(task);
        if (!Directory.Exists(folder))
        {
            throw new TaskFileNotFoundException(
                $"{folder}: no such folder. Give the folder with {task.DisplayName}'s {layout.TrainFiles[0]} and {layout.DevFiles[0]}.");
        }

        var home = HomeOf(layout, folder);
        var train = FindFile(layout, home, options.TrainFile is { } trainFile ? [trainFile] : layout.TrainFiles);
        var dev = FindFile(layout, home, options.DevFile is { } devFile ? [devFile] : layout.DevFiles);
        return new TaskData(
            task,
            GlueFile.Read(layout, train, options.SkipMalformedRows).Sample(options.TrainLimit, options.Seed),
            GlueFile.Read(layout, dev, options.SkipMalformedRows).Sample(options.DevLimit, options.Seed));
    }

    private static string HomeOf(GlueLayout layout, string folder)
    {
        if (layout.TrainFiles.Concat(layout.DevFiles).Any(name => File.Exists(Path.Combine(folder, name)))) return folder;
        return Directory.GetDirectories(folder).FirstOrDefault(inner => layout.Task.IsNamed(Path.GetFileName(inner))) ?? folder;
    }

    private static string FindFile(GlueLayout layout, string folder, string[] names)
    {
        foreach (var name in names)
        {
            if (File.Exists(Path.Combine(folder, name))) return Path.Combine(folder, name);
        }

        var present = string.Join(", ", Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .Take(20));
        throw new TaskFileNotFoundException(
            $"{folder}: {layout.Task.DisplayName} needs {string.Join(" or ", names)}, "
            + $"but there is {(present.Length == 0 ? "nothing" : "only " + present)}. Give the task's own folder.");
    }
}
