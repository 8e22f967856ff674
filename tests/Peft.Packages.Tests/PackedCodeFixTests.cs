using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Peft.Packages.Tests;

/// <summary>
/// An author who references the packed Peft.Abstractions alone is offered code fixes. They are found as an editor finds them, by the
/// project's analyzers.
/// </summary>
[Collection(PackedPackages.Name)]
public sealed class PackedCodeFixTests(PackageFeed feed)
{
    private const string Mistaken = """
        using Peft;
        using static TorchSharp.torch;

        /// <summary>A method whose class is not partial.</summary>
        [PeftMethod("mistaken")]
        [InjectAt(Site.Query)]
        public sealed class Mistaken : ProjectionMethod
        {
            /// <inheritdoc/>
            protected override Tensor Apply(Tensor x, Tensor y) => y;
        }
        """;

    [Fact]
    public async Task A_code_fix_of_the_package_mends_what_its_generator_reports()
    {
        var folder = await Author();
        var analyzers = await Analyzers(folder);
        var loader = new PackedAssemblies();
        using var workspace = new AdhocWorkspace();
        var document = Open(workspace);
        var generators = analyzers.SelectMany(file => new AnalyzerFileReference(file, loader).GetGenerators(LanguageNames.CSharp));
        var reported = Report(await document.Project.GetCompilationAsync() ?? throw new InvalidOperationException(), generators);
        var fixes = analyzers.Select(loader.LoadFromPath).SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!)
            .Where(fix => fix.FixableDiagnosticIds.Contains(reported.Id));

        var mended = await Apply(Assert.Single(fixes), document, reported);

        Assert.Equal(Mistaken.Replace("public sealed class", "public sealed partial class", StringComparison.Ordinal), mended);
        File.WriteAllText(Path.Combine(folder, "Mistaken.cs"), mended);
        await feed.Dotnet(folder, "build", "-c", "Release", "--nologo", "-v", "quiet");
    }

    private async Task<string> Author()
    {
        var folder = await feed.New("peft-method", "Acme.Mistaken");
        foreach (var source in Directory.GetFiles(folder, "*.cs"))
            File.Delete(source);
        File.WriteAllText(Path.Combine(folder, "Mistaken.cs"), Mistaken);
        return folder;
    }

    /// <summary>The analyzers that the author's build resolves to this repository's package.</summary>
    private async Task<IReadOnlyList<string>> Analyzers(string folder)
    {
        await feed.Dotnet(folder, "restore", "-v", "quiet");
        using var items = JsonDocument.Parse(await feed.Dotnet(folder, "msbuild", "-t:ResolveLockFileAnalyzers", "-getItem:Analyzer"));
        var analyzers = items.RootElement.GetProperty("Items").GetProperty("Analyzer").EnumerateArray();
        return [.. analyzers.Select(item => item.GetProperty("FullPath").GetString()!)
            .Where(file => Path.GetFileName(file).StartsWith("Peft.", StringComparison.Ordinal))];
    }

    private static Document Open(AdhocWorkspace workspace)
    {
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Acme.Mistaken", "Acme.Mistaken", LanguageNames.CSharp,
            compilationOptions: PluginCompiler.Options, parseOptions: PluginCompiler.Syntax, metadataReferences: PluginCompiler.Platform));
        return workspace.AddDocument(project.Id, "Mistaken.cs", SourceText.From(Mistaken));
    }

    private static Diagnostic Report(Compilation compilation, IEnumerable<ISourceGenerator> generators)
    {
        var driver = CSharpGeneratorDriver.Create(generators, parseOptions: PluginCompiler.Syntax);
        return Assert.Single(driver.RunGenerators(compilation).GetRunResult().Diagnostics);
    }

    private static async Task<string> Apply(CodeFixProvider fix, Document document, Diagnostic reported)
    {
        // A generator's diagnostic names a file; an editor gives a code fix one that names the document's tree.
        var tree = (await document.GetSyntaxTreeAsync())!;
        var diagnostic = Diagnostic.Create(reported.Descriptor, Location.Create(tree, reported.Location.SourceSpan), reported.Properties);
        var actions = new List<CodeAction>();
        var context = new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None);
        await fix.RegisterCodeFixesAsync(context);
        var operations = await Assert.Single(actions).GetOperationsAsync(CancellationToken.None);
        var changed = Assert.Single(operations.OfType<ApplyChangesOperation>()).ChangedSolution.GetDocument(document.Id)!;
        return (await changed.GetTextAsync()).ToString();
    }

    /// <summary>The package's assemblies, apart from those that the tests were built with.</summary>
    private sealed class PackedAssemblies() : AssemblyLoadContext("packed"), IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => LoadFromAssemblyPath(fullPath);
    }
}
