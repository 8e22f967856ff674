using System.Xml.Linq;

namespace Peft.Architecture.Tests;

/// <summary>References point downwards only.</summary>
public sealed class ReferenceTests
{
    /// <summary>What each project may reference, besides TorchSharp, the generator and its code fixes.</summary>
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Peft.Abstractions"] = [],
        ["Peft.Data"] = [],
        ["Peft"] = ["Peft.Abstractions", "Peft.Data"],
        ["Peft.Models"] = ["Peft", "Peft.Data"],
        ["Peft.Conformance"] = ["Peft.Models"],
        ["Peft.Training"] = ["Peft.Models"],
        ["Peft.Experiments"] = ["Peft.Training"],
        ["Peft.Hosting"] = ["Peft.Training"],
        ["Peft.Server"] = ["Peft.Hosting"],
        ["Peft.Tool"] = ["Peft.Cli"],
    };

    [Fact]
    public void Projects_reference_only_what_lies_below()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (name == "Peft.Cli")
                continue; // the composition root may name everything
            Assert.True(s_allowed.ContainsKey(name), $"{name} is new: say here what it may reference");
            Assert.Empty(References(file).Except(s_allowed[name]));
        }
    }

    [Fact]
    public void A_method_references_the_contract_alone()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "plugins"), "*.csproj", SearchOption.AllDirectories))
            Assert.Equal(["Peft.Abstractions"], References(file));
    }

    private static IEnumerable<string> References(string file) => XDocument.Load(file).Descendants("ProjectReference")
        .Select(reference =>
            Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
        .Where(name => name is not ("Peft.Generators" or "Peft.CodeFixes"));
}

internal static class Repository
{
    public static string Root { get; } = Find();

    public static IEnumerable<string> Sources(params string[] folders) => folders
        .SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Peft.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run inside the repository");
    }
}
