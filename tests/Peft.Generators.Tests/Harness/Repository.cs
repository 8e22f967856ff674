namespace Peft.Generators.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class Repository
{
    private static readonly string s_root = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([s_root, .. parts]);

    /// <summary>A file's text with <c>\n</c> line ends, however it was checked out.</summary>
    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts)).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Peft.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Peft.sln is in no folder above the tests' output.");
    }
}
