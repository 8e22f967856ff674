namespace Peft.Tests.Interop;

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("peft-interop-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Asset(string name) => Path.Combine(Root, "assets", name);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Peft.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
