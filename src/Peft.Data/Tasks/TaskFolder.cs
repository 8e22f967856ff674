namespace Peft.Data;

/// <summary>Says what a task's folder holds instead of its files.</summary>
internal static class TaskFolder
{
    private const int Shown = 20;

    /// <summary>Checks that a folder exists.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">The files that it should hold.</param>
    /// <exception cref="TaskFileNotFoundException">It does not, or is a file.</exception>
    public static void Check(string folder, string files)
    {
        if (Directory.Exists(folder)) return;
        throw new TaskFileNotFoundException(File.Exists(folder)
            ? $"{folder}: is a file. Give the folder with {files}."
            : $"{folder}: no such folder. Give the folder with {files}.");
    }

    /// <summary>The names in a folder: <c>nothing</c>, or <c>only</c> some of them.</summary>
    public static string Describe(string folder)
    {
        var names = Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .Take(Shown + 1).ToList();
        return names.Count == 0 ? "nothing" : "only " + string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? ", ..." : "");
    }
}
