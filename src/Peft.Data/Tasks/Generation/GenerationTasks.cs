namespace Peft.Data;

/// <summary>Data-to-text tasks by name, and their files.</summary>
public static class GenerationTasks
{
    /// <summary>The task of plain text: no contexts, one document per line.</summary>
    public const string Text = "text";

    private static readonly Dictionary<string, Layout> s_layouts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["e2e"] = new(E2eReader.Read, ["train.txt", "trainset.csv"], ["valid.txt", "devset.csv"], ["test.txt", "testset_w_refs.csv"]),
        ["webnlg"] = new(WebNlgReader.Read, ["train.json", "train"], ["dev.json", "dev"], ["test.json", "test"]),
        [Text] = new((file, _) => DocumentReader.Read(file), ["train.txt"], ["dev.txt", "valid.txt"], ["test.txt"]),
        ["dart"] = new(DartReader.Read, ["dart-v1.1.1-full-train.json"], ["dart-v1.1.1-full-dev.json"], ["dart-v1.1.1-full-test.json"]),
    };

    /// <summary>The names: e2e, webnlg, dart, text, and the generated <see cref="VenueTask.Name"/>.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. s_layouts.Keys, VenueTask.Name];

    /// <summary>Whether a task is a generation task.</summary>
    /// <param name="task">A task's name.</param>
    /// <returns>Whether <see cref="Load"/> knows it.</returns>
    public static bool Has(string task) => Names.Contains(task, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a task's data are generated, so that no folder is needed.</summary>
    /// <param name="task">A task's name.</param>
    /// <returns>Whether <see cref="Load"/> reads no file.</returns>
    public static bool IsGenerated(string task) => VenueTask.Name.Equals(task, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads one split of a task.</summary>
    /// <param name="task">The name.</param>
    /// <param name="folder">The folder with the task's own files; none for a generated task.</param>
    /// <param name="split">The split.</param>
    /// <param name="skipMalformed">Whether malformed rows are skipped and counted in <see cref="GenerationSet.Skipped"/>, instead of
    /// failing.</param>
    /// <returns>Its records.</returns>
    /// <exception cref="UnknownTaskException">The task is unknown.</exception>
    /// <exception cref="TaskFileNotFoundException">The folder has neither a file nor a folder for that split.</exception>
    /// <exception cref="TaskFileFormatException">The file has another format.</exception>
    /// <exception cref="MalformedFileException">More than half of a file's rows are malformed, which are to be skipped.</exception>
    public static GenerationSet Load(string task, string? folder, GenerationSplit split, bool skipMalformed = false)
    {
        if (IsGenerated(task))
            return VenueTask.Create(split);
        if (!s_layouts.TryGetValue(task, out var layout))
            throw new UnknownTaskException($"there is no generation task '{Excerpt.Cut(task)}'; there are {string.Join(", ", Names)}.");
        if (folder is null)
            throw new TaskFileNotFoundException($"task {task} is read from a folder with its own files, and no folder was given.");
        var names = split switch { GenerationSplit.Train => layout.Train, GenerationSplit.Dev => layout.Dev, _ => layout.Test };
        TaskFolder.Check(folder, $"{task}'s {string.Join(" or ", names)}");
        var file = names.Select(name => Path.Combine(folder, name)).FirstOrDefault(Path.Exists)
            ?? throw new TaskFileNotFoundException(
                $"{folder}: expected {string.Join(" or ", names)} for the {split.ToString().ToLowerInvariant()} part of {task}, but "
                + $"there is {TaskFolder.Describe(folder)}. Give the folder with the task's own files.");
        return layout.Read(file, skipMalformed);
    }

    private sealed record Layout(Func<string, bool, GenerationSet> Read, string[] Train, string[] Dev, string[] Test);
}

/// <summary>The splits of a task's data.</summary>
public enum GenerationSplit
{
    /// <summary>Examples for training.</summary>
    Train,

    /// <summary>Examples for evaluation during training.</summary>
    Dev,

    /// <summary>Examples for the final scores.</summary>
    Test,
}
