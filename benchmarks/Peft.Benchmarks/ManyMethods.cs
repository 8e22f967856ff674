using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Peft.Generators.Hosts;
using Peft.Generators.Methods;

namespace Peft.Benchmarks;

/// <summary>A project with 200 methods, as the compiler meets it.</summary>
/// <remarks>
/// A run that reuses a compilation finds its symbols and attributes bound, which is most of the work. So a cold run parses every file
/// again and has a compilation, references and a driver of its own; only files in the operating system's cache and compiled code of this
/// process are warm.
/// </remarks>
internal sealed class ManyMethods
{
    private const int Count = 200;
    private readonly string[] _sources = [.. Enumerable.Range(0, Count).Select(Source)];
    private CSharpCompilation _compilation = null!;
    private GeneratorDriver _driver = null!;
    private SyntaxTree _edited = null!;
    private int _edits;

    /// <summary>Parses, compiles and generates with nothing kept from before.</summary>
    public void RunCold()
    {
        _compilation = Compile();
        _driver = NewDriver().RunGenerators(_compilation);
        var run = _driver.GetRunResult();
        if (run.GeneratedTrees.Length != Count || !run.Diagnostics.IsEmpty)
            throw new InvalidOperationException(
                "the generator must write a file for each method and say nothing: else something else would be measured");
        _edited = _compilation.SyntaxTrees[^1];
    }

    /// <summary>One more class in a file without methods, as if typed; the driver is that of the edit before.</summary>
    public void RunUnrelatedEdit() => RunEdit($"namespace Many; class Unrelated{_edits++};");

    /// <summary>What a cold run costs without the generators: parsing, a compilation and its declarations.</summary>
    public void RunParsingAlone() => Compile().GlobalNamespace.GetMembers();

    private static CSharpGeneratorDriver NewDriver() => CSharpGeneratorDriver.Create(new MethodGenerator(), new HostGenerator());

    private CSharpCompilation Compile()
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var trees = _sources.Append("namespace Many;").Select((text, number) => CSharpSyntaxTree.ParseText(text, path: $"File{number}.cs"));
        return CSharpCompilation.Create("Many", trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    private void RunEdit(string text)
    {
        var tree = CSharpSyntaxTree.ParseText(text, path: _edited.FilePath);
        _compilation = _compilation.ReplaceSyntaxTree(_edited, tree);
        _edited = tree;
        _driver = _driver.RunGenerators(_compilation);
    }

    private static string Source(int number) => new StringBuilder()
        .AppendLine("using Peft; using static TorchSharp.torch; namespace Many;")
        .AppendLine($"[PeftMethod(\"method-{number}\")] [InjectAt(Site.Query)] public sealed partial class Method{number} : "
            + $"ProjectionMethod {{")
        .AppendLine("[Option(Min = 1)] public int Rank { get; init; } = 8;")
        .AppendLine("[Trainable(\"Rank, In\", Group = \"down\")] private partial Tensor A { get; }")
        .AppendLine("[Trainable(\"Out, Rank\", Group = \"up\")] private partial Tensor B { get; }")
        .AppendLine("protected override Tensor Apply(Tensor x, Tensor y) => y; }").ToString();
}
