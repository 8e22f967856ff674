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
    /// <exception cref="RunFolderException">The source does not exist.</exception>
    public static void Save(string run, string source)
    {
        if (!Directory.Exists(source))
            throw new RunFolderException(source, "held the vocabulary of the model, and is gone; load the model again from where it is.");
        var (folder, copy) = (Path.Combine(run, Name), Path.Combine(run, $"{Name}.{Guid.NewGuid():N}"));
        TokenizerExport.Copy(source, copy); // first, because the source may be the folder that is replaced
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        if (Directory.Exists(copy))
            Directory.Move(copy, folder);
    }

    /// <summary>The folder of a run's tokenizer: its own, or the backbone's for runs that have none.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="checkpoint">The backbone's folder.</param>
    public static string Find(string run, string checkpoint) =>
        Path.Combine(run, Name) is var own && Directory.Exists(own) ? own : checkpoint;
}
