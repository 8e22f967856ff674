using Peft.Data;
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
        var needed = XDocument.Load(manifest).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal);
        Assert.Equal(["Google.Protobuf", "TorchSharp"], needed); // TorchSharp needs the former, whose version is pinned
    }

    [Fact]
    public void Every_package_of_code_has_documentation_and_symbols()
    {
        foreach (var file in Directory.GetFiles(feed.Packages, "*.nupkg")
            .Where(file => !file.Contains("Templates", StringComparison.Ordinal) && !file.Contains("Tool", StringComparison.Ordinal)))
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
    public async Task The_method_of_the_example_is_built_from_packages_alone()
    {
        var plugins = await Publish("ThirdPartyMethod");
        Assert.Equal(4, Training.Run(plugins, "adamix(theirs)").Steps);
    }

    /// <summary>
    /// A task is a class in a stranger's assembly: read, trained on, scored and predicted with like those of this repository.
    /// </summary>
    [Fact]
    public async Task The_task_of_the_example_is_trained_on_with_a_mixture()
    {
        var plugins = await Publish("ThirdPartyTask");
        var data = Directory.CreateDirectory(Path.Combine(feed.Root, "topics")).FullName;
        string[] lines = ["billing: charged twice", "delivery: the parcel is late", "other: thank you"];
        File.WriteAllLines(Path.Combine(data, "train.txt"), Enumerable.Repeat(lines, 11).SelectMany(three => three).Take(32));
        File.WriteAllLines(Path.Combine(data, "dev.txt"), lines);
        var result = Training.RunTask(plugins, "topics", data, "adamix(lora)");
        Assert.Equal(("topics", 32, 3, 4), (result.Task, result.TrainRows, result.DevRows, result.Steps));
        Assert.Equal(1 / 3.0, result.MajorityShare!.Value, 6);
        Assert.Contains("accuracy", result.Metrics.Keys);
        Assert.Equal("topics", Assert.Single(Assert.Single(result.Plugins).Tasks));

        File.WriteAllText(Path.Combine(data, "dev.txt"), "weather: sunny");
        var problem = Assert.Throws<TrainingOptionsException>(() => Training.RunTask(plugins, "topics", data, "lora"));
        Assert.Contains("dev.txt, line 1: expected one of billing, delivery, other", problem.Message);
        Assert.Contains("the nearest is 'topics'", Assert.Throws<UnknownTaskException>(
            () => Training.RunTask(plugins, "topic", data, "lora")).Message);
    }

    /// <summary>Builds an example from the packages, away from the repository.</summary>
    /// <returns>A folder of plugins with the example in it.</returns>
    private async Task<string> Publish(string name)
    {
        var source = Path.Combine(Shell.Root, "examples", name);
        var copy = Directory.CreateDirectory(Path.Combine(feed.Root, name + "-source")).FullName;
        foreach (var file in Directory.GetFiles(source).Where(file => Path.GetFileName(file) != "nuget.config"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var plugins = Path.Combine(feed.Root, name + "-plugins");
        await feed.Dotnet(copy, "publish", name + ".csproj", "-c", "Release", "--nologo", "-v", "quiet", "-o", Path.Combine(plugins, name));
        return plugins;
    }
}
