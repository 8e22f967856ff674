using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>Repositories of the hub by name, from a cache that is there; Peft.Data.Tests has the way there.</summary>
public sealed class HubTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private static readonly string[] s_variables = ["HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE"];

    private readonly string _home = Directory.CreateTempSubdirectory("peft-home-").FullName;
    private readonly string?[] _before = [.. s_variables.Select(Environment.GetEnvironmentVariable)];

    public HubTests()
    {
        Environment.SetEnvironmentVariable("HF_HOME", _home);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", null);
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
    }

    private string Repository => Path.Combine(_home, "hub", "models--owner--tiny");

    public void Dispose()
    {
        for (var i = 0; i < s_variables.Length; i++)
            Environment.SetEnvironmentVariable(s_variables[i], _before[i]);
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public void A_backbone_is_named_as_its_repository()
    {
        var snapshot = Path.Combine(Repository, "snapshots", Commit);
        Directory.CreateDirectory(snapshot);
        Directory.CreateDirectory(Path.Combine(Repository, "refs"));
        File.WriteAllText(Path.Combine(Repository, "refs", "main"), Commit);
        foreach (var file in Directory.GetFiles(BackboneSource.Folder(BackboneSource.BuiltIn)))
            File.Copy(file, Path.Combine(snapshot, Path.GetFileName(file)));
        Assert.Equal(snapshot, Cli.Run("download", "owner/tiny").Output.Trim());
        var output = Path.Combine(_home, "run");
        var trained = Cli.Run(
            "train", "--backbone", "owner/tiny", "--train-limit", "32", "--dev-limit", "16", "--epochs", "1", "--max-length", "16",
            "--output", output);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Equal("owner/tiny", AdapterFolder.ReadManifest(Path.Combine(output, "adapter")).Backbone);
        Assert.Equal(0, Cli.Run("eval", output).ExitCode);
    }

    [Fact]
    public void What_is_neither_folder_nor_repository_is_told_in_one_line()
    {
        var trained = Cli.Run("train", "--backbone", "owner/none");
        Assert.Equal(1, trained.ExitCode);
        Assert.Contains("there is no such folder; as a repository of the hub: owner/none at main is not in the cache", trained.Error);
        Assert.Equal(2, Cli.Run("download", "a/b/c").ExitCode);
        Assert.Contains("is not in the cache", Cli.Run("pull", "owner/none").Error);
    }
}
