namespace Peft.Experiments;

/// <summary>The data of a cell.</summary>
/// <param name="Data">The folder of the task, or of one sample of few examples.</param>
/// <param name="Dev">The file with development rows, where the folder has none; null otherwise.</param>
internal sealed record StudyFiles(string Data, string? Dev)
{
    private const int FewExamples = 30; // K of table 6

    private static readonly string[] s_parents = ["few-shot", "", "FewShot"];
    private static readonly string[] s_test = ["test.tsv", "test.csv"];
    private static readonly string[] s_dev = ["dev_matched.tsv", "dev.tsv", "heldout_subset.tsv"];

    /// <summary>Finds the data of a cell.</summary>
    /// <param name="root">The folder that the user named; null for none.</param>
    /// <param name="column">The task.</param>
    /// <param name="seed">The cell's seed, which is the number of the sample for tasks of few examples.</param>
    /// <exception cref="StudyDataException">There is none, or a file is missing.</exception>
    public static StudyFiles Find(string? root, StudyColumn column, int seed) => column.Prompt is { } prompt
        ? Sample(root, column.Name, prompt, seed) : new StudyFiles(StudyData.Find(root, column.Task), null);

    private static StudyFiles Sample(string? root, string name, string prompt, int seed)
    {
        const string Expected = "expected a folder few-shot/TASK/30-SEED with train.tsv or train.csv, as CLUES and LiST publish them; get "
            + "it from https://github.com/microsoft/LiST";
        if (root is null)
            throw new StudyDataException(prompt, "no folder was given with --data", Expected);
        var sample = Path.Combine(name, $"{FewExamples}-{seed}");
        var folder = (from parent in s_parents
                from path in (string[])[sample, sample.ToLowerInvariant()]
                select Path.Combine(root, parent, path)).FirstOrDefault(Directory.Exists)
            ?? throw new StudyDataException(prompt, $"{root} has no folder few-shot/{sample}", Expected);
        var task = Path.GetDirectoryName(folder)!;
        if (s_test.Any(file => File.Exists(Path.Combine(task, file))))
            return new StudyFiles(Path.GetFullPath(folder), null);
        var full = StudyData.Find(root, prompt);
        return new StudyFiles(Path.GetFullPath(folder), Path.Combine(full, s_dev.First(file => File.Exists(Path.Combine(full, file)))));
    }
}
