namespace Peft.Data;

/// <summary>
/// The files of Microsoft's own release of MRPC. GLUE made its development rows out of the training file, by a list of pairs of ids.
/// </summary>
internal static class MrpcRelease
{
    public const string Train = "msr_paraphrase_train.txt";
    public const string Test = "msr_paraphrase_test.txt";

    private static readonly string[] s_lists = ["dev_ids.tsv", "mrpc_dev_ids.tsv"];

    /// <summary>GLUE's list of development rows beside the training file; null if there is none.</summary>
    public static string? ListFor(string trainFile) => Path.GetFileName(trainFile) == Train
        ? s_lists.Select(name => Path.Combine(Path.GetDirectoryName(trainFile)!, name)).FirstOrDefault(File.Exists) : null;

    /// <summary>Reads the list: two ids on each line, separated by a tab.</summary>
    /// <returns>Whether a row of the training file is on the list.</returns>
    /// <exception cref="TaskFileFormatException">A line has another format.</exception>
    public static Func<string[], bool> ReadList(string file)
    {
        var listed = new HashSet<(string, string)>();
        var number = 0;
        foreach (var line in TaskFile.ReadRows(file))
        {
            number++;
            listed.Add(line.Split('\t') is [var first, var second] ? (first, second) : throw new TaskFileFormatException(
                $"{file}:{number}: expected two ids separated by a tab, found '{Excerpt.Cut(line)}'. Fetch GLUE's list again, or remove "
                    + "it."));
        }

        return row => listed.Contains((row[1], row[2]));
    }
}
