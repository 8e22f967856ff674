namespace Peft;

/// <summary>A temporary folder, removed after a check.</summary>
internal static class TemporaryFolder
{
    public static void Use(Action<string> action)
    {
        var folder = Directory.CreateTempSubdirectory("peft-conformance-").FullName;
        try
        {
            action(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
