using System.Text.Json;

namespace Peft.Server.Tests;

/// <summary>The folder of the files that jobs may name, however it is written.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-data-").FullName;

    public DataFolderTests()
    {
        foreach (var name in (string[])["data", "data-of-others"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, name, "sub"));
            File.WriteAllText(Path.Combine(_folder, name, "sub", "a.csv"), "text,label\n");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("data")]
    [InlineData("data/")]
    [InlineData("data//")]
    [InlineData("data/sub/..")]
    public void A_folder_with_or_without_a_slash_holds_its_files_and_no_others(string folder)
    {
        var server = new PeftServerOptions { DataFolder = Path.Combine(_folder, folder) };
        Assert.Equal(Path.Combine(_folder, "data", "sub", "a.csv"), Read("sub/a.csv", server));
        Assert.Equal(Path.Combine(_folder, "data", "sub"), Read("sub", server));
        Assert.Equal(Path.Combine(_folder, "data"), Path.TrimEndingDirectorySeparator(Read(".", server)!));
        foreach (var outside in (string[])[
            "..", "../data-of-others/sub/a.csv", "sub/../../data-of-others/sub/a.csv", Path.Combine(_folder, "data", "sub", "a.csv")])
        {
            var refused = Assert.Throws<RequestProblemException>(() => Read(outside, server));
            Assert.Contains("without '..'", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_root_folder_holds_every_file()
    {
        var file = Path.Combine(_folder, "data", "sub", "a.csv");
        var root = Path.GetPathRoot(file)!;
        var server = new PeftServerOptions { DataFolder = root };
        Assert.Equal(file, Read(Path.GetRelativePath(root, file), server));
        Assert.Throws<RequestProblemException>(() => Read(file, server)); // a path from the root is no name within the folder
    }

    private static string? Read(string data, PeftServerOptions server) => RemoteOptions.Read(
        new Dictionary<string, JsonElement> { ["data"] = JsonSerializer.SerializeToElement(data) }, server).Data;
}
