using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Peft.Generators.Hosts;
using Peft.Generators.Methods;

namespace Peft.Packages.Tests;

/// <summary>Compiles real assemblies as an author's build does, the generator included.</summary>
internal static class PluginCompiler
{
    private static readonly IReadOnlyDictionary<string, MetadataReference> s_platform =
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .DistinctBy(path => Path.GetFileNameWithoutExtension(path)) // the list may name a file twice
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => (MetadataReference)MetadataReference.CreateFromFile(
                path));

    public static CSharpParseOptions Syntax { get; } = new(LanguageVersion.CSharp14);

    public static CSharpCompilationOptions Options { get; } =
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable,
            optimizationLevel: OptimizationLevel.Release);

    /// <summary>The framework, and what lies beside the tests: the contract and TorchSharp among it.</summary>
    public static IEnumerable<MetadataReference> Platform => s_platform.Values;

    /// <summary>
    /// Compiles sources into a file NAME.dll of a folder; what is referenced by path replaces the platform's assembly of that name.
    /// </summary>
    public static string Compile(string folder, string name, string source, params string[] references)
    {
        var replaced = references.Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet();
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(source, Syntax)],
            [.. s_platform.Where(pair => !replaced.Contains(pair.Key))
                .Select(pair => pair.Value), .. references.Select(path => MetadataReference.CreateFromFile(path))],
            Options);
        CSharpGeneratorDriver.Create(
            [new MethodGenerator().AsSourceGenerator(), new HostGenerator().AsSourceGenerator()], parseOptions: Syntax)
            .RunGeneratorsAndUpdateCompilation(compilation, out var complete, out _);
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, name + ".dll");
        EmitResult result;
        using (var output = File.Create(file))
            result = complete.Emit(output);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return file;
    }
}
