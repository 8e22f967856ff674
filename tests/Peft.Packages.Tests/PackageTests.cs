using System.IO.Compression;
using System.Xml.Linq;
using Peft.Training;

namespace Peft.Packages.Tests;

/// <summary>A stranger's way: packages in a folder, templates from them, a method built, published and loaded.</summary>
[Collection(PackedPackages.Name)]
public sealed class PackageTests(PackageFeed feed)
{
    [Fact]
    public void The_contracts_package_brings_the_generator_and_needs_no_other_of_ours_but_TorchSharp()
    {
        using var package = ZipFile.OpenRead(feed.Package("Peft.Abstractions"));
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.All(
            (string[])
            [
                "analyzers/dotnet/cs/Peft.Generators.dll", "analyzers/dotnet/cs/Peft.CodeFixes.dll", "README.md",
                "lib/net10.0/Peft.Abstractions.dll", "lib/net10.0/Peft.Abstractions.xml",
            ],
            name => Assert.Contains(name, names));
        using var manifest = package.GetEntry("Peft.Abstractions.nuspec")!.Open();
        var dependency = Assert.Single(XDocument.Load(manifest).Descendants(), element => element.Name.LocalName == "dependency");
        Assert.Contains("TorchSharp", dependency.Attribute("id")!.Value);
    }

    [Fact]
    public void Every_package_of_code_has_documentation_and_symbols()
    {
        foreach (var file in Directory.GetFiles(feed.Packages, "*.nupkg")
            .Where(file => !file.Contains("Templates", StringComparison.Ordinal)))
        {
            using var package = ZipFile.OpenRead(file);
            Assert.Contains(package.Entries, entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal)
                && entry.Name.EndsWith(".xml", StringComparison.Ordinal));
            Assert.True(File.Exists(Path.ChangeExtension(file, ".snupkg")), file);
        }
    }

    [Fact]
    public async Task A_method_from_the_template_is_built_published_and_loaded()
    {
        var folder = await feed.New("peft-method", "Acme.FastAdapter");
        var plugins = Path.Combine(feed.Root, "plugins");
        await feed.Dotnet(folder, "publish", "-c", "Release", "--nologo", "-v", "quiet", "-o", Path.Combine(plugins, "Acme.FastAdapter"));
        var registry = new MethodRegistry();
        using var catalog = new PluginCatalog([plugins]);
        catalog.AddTo(registry);
        Assert.Empty(catalog.Report.Failures.Select(failure => failure.Problem.Message));
        Assert.Equal("acme-fast-adapter", Assert.Single(registry.Methods).Name);
    }

    [Fact]
    public async Task A_backbone_from_the_template_is_built()
    {
        var folder = await feed.New("peft-backbone", "AcmeEncoder");
        await feed.Dotnet(folder, "build", "-c", "Release", "--nologo", "-v", "quiet");
    }

    [Fact]
    public async Task The_example_is_built_from_packages_alone()
    {
        var source = Path.Combine(Shell.Root, "examples", "ThirdPartyMethod");
        var copy = Directory.CreateDirectory(Path.Combine(feed.Root, "example")).FullName;
        foreach (var file in Directory.GetFiles(source).Where(file => Path.GetFileName(file) != "nuget.config"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var plugins = Path.Combine(feed.Root, "example-plugins");
        await feed.Dotnet(copy, "publish", "ThirdPartyMethod.csproj", "-c", "Release", "--nologo", "-v", "quiet", "-o", Path.Combine(
            plugins, "ThirdPartyMethod"));
        Assert.Equal(4, Training.Run(plugins, "adamix(theirs)").Steps);
    }
}
