namespace Peft.Testing;

/// <summary>Finds the data that is not part of the project: PEFT_SHARED, else the folder `shared` beside the repository.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder there; skips the running test when it is absent.</summary>
    public static string Require(params string[] parts)
    {
        var path = Root() is { } root ? Path.Combine([root, .. parts]) : null;
        Assert.SkipUnless(
            path is not null && Path.Exists(path),
            $"needs the shared data '{string.Join('/', parts)}' (beside the repository, or where PEFT_SHARED points)");
        return path!;
    }

    private static string? Root()
    {
        if (Environment.GetEnvironmentVariable("PEFT_SHARED") is { Length: > 0 } root) return root;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Peft.sln"))) return Path.Combine(folder.FullName, "..", "shared");
        }

        return null;
    }
}
