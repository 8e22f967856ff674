using Peft.Models;

namespace Peft.Training;

/// <summary>
/// The tokenizer's files in a run's folder: copies of the backbone's, so that predictions do not change when the backbone's folder does.
/// </summary>
internal static class RunTokenizer
{
    private const string Name = "tokenizer";

    /// <summary>Copies the files of the backbone's tokenizer into a run's folder.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="source">The folder of the files: the backbone's, or that of an earlier run's copies, which may be this run's.</param>
    public static void Save(string run, string source)
    {
        var folder = Path.Combine(run, Name);
        if (Path.GetFullPath(source) == Path.GetFullPath(folder))
            return;
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        TokenizerExport.Copy(source, folder);
    }

    /// <summary>The folder of a run's tokenizer: its own, or the backbone's for runs that have none.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="checkpoint">The backbone's folder.</param>
    public static string Find(string run, string checkpoint) =>
        Path.Combine(run, Name) is var own && Directory.Exists(own) ? own : checkpoint;
}
