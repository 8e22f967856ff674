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
        TaskFolder.Check(folder, $"{task.DisplayName}'s {layout.TrainFiles[0]} and {layout.DevFiles[0]}");
        var home = HomeOf(layout, folder);
        var train = FindFile(layout, home, options.TrainFile is { } trainFile ? [trainFile] : layout.TrainFiles);
        Func<string[], bool>? isDev = MrpcRelease.ListFor(train) is { } list ? MrpcRelease.ReadList(list) : null;
        var dev = options.DevFile is { } devFile ? FindFile(layout, home, [devFile]) : DevFile(layout, home, train, isDev is not null);
        var data = new TaskData(
            task,
            GlueFile.Read(layout, train, options.SkipMalformedRows, isDev is null ? null : row => !isDev(row)),
            GlueFile.Read(layout, dev, options.SkipMalformedRows, dev == train ? isDev : null));
        return data with
        {
            Train = data.Train.Sample(options.TrainLimit, options.Seed),
            Dev = data.Dev.Sample(options.DevLimit, options.Seed),
            Further = Mismatched(layout, dev, options).ToDictionary(),
            Notices = [.. Notices(data)],
        };
    }

    /// <summary>MNLI's mismatched part, where it lies beside the matched one.</summary>
    private static IEnumerable<KeyValuePair<string, TaskSplit>> Mismatched(GlueLayout layout, string dev, TaskLoadOptions options)
    {
        var file = Path.Combine(Path.GetDirectoryName(dev)!, "dev_mismatched.tsv");
        if (Path.GetFileName(dev) == "dev_matched.tsv" && File.Exists(file))
            yield return new(GlueScores.Mismatched, GlueFile.Read(layout, file, options.SkipMalformedRows)
                .Sample(options.DevLimit, options.Seed));
    }

    private static string DevFile(GlueLayout layout, string home, string train, bool isListed)
    {
        var own = layout.DevFiles.Where(name => !isListed || name != MrpcRelease.Test).ToArray();
        return isListed && !own.Any(name => File.Exists(Path.Combine(home, name))) ? train : FindFile(layout, home, own);
    }

    private static IEnumerable<string> Notices(TaskData data)
    {
        if (data.Dev.File == data.Train.File && Path.GetFileName(data.Dev.File) == MrpcRelease.Train)
            yield return $"{data.Dev.File}: the rows on GLUE's list of ids ({data.Dev.Examples.Count}) are the development rows";
        if (Path.GetFileName(data.Dev.File) == MrpcRelease.Test)
            yield return $"{data.Dev.File}: the test rows are the development rows, because there is neither dev.tsv nor dev_ids.tsv";
        foreach (var skipped in new[] { data.Train.Skipped, data.Dev.Skipped }.OfType<SkippedRows>().DistinctBy(skipped => skipped.File))
            yield return skipped.ToString();
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

        throw new TaskFileNotFoundException(
            $"{folder}: {layout.Task.DisplayName} needs {string.Join(" or ", names)}, "
            + $"but there is {TaskFolder.Describe(folder)}. Give the task's own folder as GLUE has it, or the one that holds "
            + $"{layout.Task.DisplayName}.");
    }
}
