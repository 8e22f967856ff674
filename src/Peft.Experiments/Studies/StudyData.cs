using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Peft.Experiments;

/// <summary>Finds the folders of public data sets below a user's folder.</summary>
internal static class StudyData
{
    private static readonly string[] s_parents = ["", "glue", "GLUE", "nlg"];
    private static readonly Lazy<Dictionary<string, DataSet>> s_known = new(Read);

    /// <summary>Finds the folder of a task's data.</summary>
    /// <param name="root">The folder that the user named; null for none.</param>
    /// <param name="task">The task.</param>
    /// <returns>The full path of the folder with the task's files.</returns>
    /// <exception cref="StudyDataException">There is none, or a file is missing.</exception>
    public static string Find(string? root, string task)
    {
        var set = s_known.Value[task];
        if (root is null)
            throw new StudyDataException(task, "no folder was given with --data", set.Expected);
        var folder = (from parent in s_parents from name in set.Folders select Path.Combine(root, parent, name))
            .FirstOrDefault(Directory.Exists) ?? throw new StudyDataException(task, $"{root} has no such folder", set.Expected);
        if (set.Files.FirstOrDefault(names => !names.Split('|').Any(name => Path.Exists(Path.Combine(folder, name)))) is { } missing)
            throw new StudyDataException(task, $"{folder} has no {missing.Replace("|", " or ", StringComparison.Ordinal)}", set.Expected);
        return Path.GetFullPath(folder);
    }

    private static Dictionary<string, DataSet> Read()
    {
        using var stream = typeof(StudyData).Assembly.GetManifestResourceStream("datasets.yaml")!;
        using var reader = new StreamReader(stream);
        return new DeserializerBuilder().WithNamingConvention(HyphenatedNamingConvention.Instance).Build()
            .Deserialize<Dictionary<string, DataSet>>(reader);
    }

    private sealed record DataSet
    {
        public List<string> Folders { get; init; } = [];

        /// <summary>The required files; alternative names of one file are separated by |.</summary>
        public List<string> Files { get; init; } = [];

        public string Columns { get; init; } = "";

        public string Source { get; init; } = "";

        public string Expected =>
            $"expected a folder {string.Join(" or ", Folders)} with {string.Join(", ", Files.Select(names => names.Split('|')[0]))} "
            + $"(columns: {Columns}); get it from {Source}";
    }
}

/// <summary>A data set of a study is missing.</summary>
/// <param name="task">The task.</param>
/// <param name="problem">What was found.</param>
/// <param name="expected">What is expected, and where to get it.</param>
internal sealed class StudyDataException(string task, string problem, string expected)
    : Exception($"--data: the data set {task} is missing: {problem}; {expected}.");
