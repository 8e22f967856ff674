namespace Peft.Cli.Tests;

/// <summary>The folder of shared data beside the checkout; tests that need it skip where it is absent.</summary>
internal static class Shared
{
    public static string? Folder { get; } = Find();

    public static string Path(params string[] parts)
    {
        var path = System.IO.Path.Combine([Folder ?? "absent", .. parts]);
        Assert.SkipUnless(Directory.Exists(path) || File.Exists(path), $"needs {string.Join('/', parts)} of the shared data beside the checkout (or PEFT_SHARED)");
        return path;
    }

    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Peft.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run inside the repository");
    }

    private static string? Find() =>
        Environment.GetEnvironmentVariable("PEFT_SHARED") ?? System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository(), "..", "shared"));
}
