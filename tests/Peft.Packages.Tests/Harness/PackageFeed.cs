namespace Peft.Packages.Tests;

/// <summary>The packages of this repository as a feed, and the templates installed from it, away from the user's own.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private Dictionary<string, string?> _environment = [];

    public string Root { get; } = Directory.CreateTempSubdirectory("peft-packages-").FullName;

    public string Packages => Path.Combine(Root, "packages");

    private string Hive => Path.Combine(Root, "templates");

    public string Package(string id) => Assert.Single(Directory.GetFiles(Packages, id + ".?.*.nupkg"));

    public async ValueTask InitializeAsync()
    {
        await Shell.Run(Shell.Root, Path.Combine(Shell.Root, "build", "pack.sh"), _environment, Packages);
        File.WriteAllText(
            Path.Combine(Root, "nuget.config"),
            """
            <configuration>
              <packageSources><add key="packed" value="packages" /></packageSources>
              <fallbackPackageFolders><clear /><add key="others" value="others" /></fallbackPackageFolders>
            </configuration>
            """);
        LinkOthers();
        // NuGet and the SDK keep caches by version; these packages have one that others may have had before.
        _environment = new()
        {
            ["NUGET_PACKAGES"] = Path.Combine(Root, "cache"),
            ["DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE"] = "true",
            ["DOTNET_NOLOGO"] = "true",
        };
        await Dotnet(Root, "new", "install", Package("Peft.Templates"), "--debug:custom-hive", Hive);
    }

    /// <summary>Makes a project from a template.</summary>
    public async Task<string> New(string template, string name)
    {
        await Dotnet(Root, "new", template, "-n", name, "--debug:custom-hive", Hive);
        return Path.Combine(Root, name);
    }

    public Task<string> Dotnet(string folder, params string[] arguments) => Shell.Run(folder, "dotnet", _environment, arguments);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>What the user has restored serves as it is, libtorch above all; packages of ours would hide those packed now.</summary>
    private void LinkOthers()
    {
        var restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var links = Directory.CreateDirectory(Path.Combine(Root, "others")).FullName;
        foreach (var package in Directory.EnumerateDirectories(restored).Select(folder => new DirectoryInfo(folder)))
        {
            if (package.Name != "peft" && !package.Name.StartsWith("peft.", StringComparison.Ordinal))
                Directory.CreateSymbolicLink(Path.Combine(links, package.Name), package.FullName);
        }
    }
}

/// <summary>Tests that use the packages; packing takes long, and is done once.</summary>
[CollectionDefinition(Name)]
public sealed class PackedPackages : ICollectionFixture<PackageFeed>
{
    public const string Name = "packed packages";
}
