using System.Runtime.Versioning;

namespace Peft.Packages.Tests;

/// <summary>A program outside the repository that references the packed packages, and its runs with an empty home folder.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Consumer(PackageFeed feed, string name)
{
    private const string Root = "root";
    private int _homes;

    private string Folder => Path.Combine(feed.Root, name);

    /// <summary>Writes and builds the program.</summary>
    /// <param name="packages">Packages and their versions.</param>
    /// <param name="files">Sources by name.</param>
    /// <param name="properties">More of the project's properties, as XML.</param>
    public async Task Build(IReadOnlyDictionary<string, string> packages, IReadOnlyDictionary<string, string> files, string properties = "")
    {
        Directory.CreateDirectory(Folder);
        var references = string.Concat(packages.Select(
            package => $"    <PackageReference Include=\"{package.Key}\" Version=\"{package.Value}\" />\n"));
        File.WriteAllText(Path.Combine(Folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- Only to save half a gigabyte for each program. -->
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                {properties}
              </PropertyGroup>
              <ItemGroup>
            {references}  </ItemGroup>
            </Project>
            """);
        foreach (var (file, text) in files)
            File.WriteAllText(Path.Combine(Folder, file), text);
        await feed.Dotnet(Folder, "build", "-c", "Release", "--nologo", "-v", "quiet", "-o", Path.Combine(Folder, "out"));
    }

    /// <summary>Runs it as this user.</summary>
    public Task<string> Run(params string[] arguments) => Run("dotnet", [Path.Combine(Folder, "out", name + ".dll"), .. arguments]);

    /// <summary>Runs it as a user without rights: this one, or nobody in place of the superuser.</summary>
    public Task<string> RunAsOrdinaryUser(params string[] arguments)
    {
        if (Environment.UserName != Root)
            return Run(arguments);
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "the superuser needs setpriv to become an ordinary user");
        File.SetUnixFileMode(feed.Root, (UnixFileMode)0b111_101_101);
        string[] asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", Path.Combine(Folder, "out", name + ".dll")];
        return Run("setpriv", [.. asNobody, .. arguments]);
    }

    /// <summary>Afterwards the home folder has a copy of TorchSharp's native library exactly where this machine needs one.</summary>
    private async Task<string> Run(string program, string[] arguments)
    {
        var home = Directory.CreateDirectory(Path.Combine(Folder, $"home-{_homes++}")).FullName;
        File.SetUnixFileMode(home, (UnixFileMode)0b111_111_111);
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = home, ["PEFT_CACHE"] = null, ["XDG_CACHE_HOME"] = null, ["TORCH_DIR"] = null,
        };
        var output = await Shell.Run(Folder, program, environment, arguments);
        var natives = Path.Combine(home, ".cache", "peft", "natives");
        LibTorch.Load();
        var copies = Directory.Exists(natives) ? Directory.GetFiles(natives, "*", SearchOption.AllDirectories) : [];
        string[] expected = LibTorch.Loaded is { IsBridgeCopied: true } ? ["libLibTorchSharp.so"] : [];
        Assert.Equal(expected, copies.Select(Path.GetFileName));
        return output;
    }
}
