using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Peft.Generators.Methods;

namespace Peft.Benchmarks;

/// <summary>The method generator over a compilation with many methods: cold, and after an edit that concerns none of them.</summary>
public class GeneratorSpeed
{
    private const int Methods = 200;
    private CSharpCompilation _compilation = null!;
    private GeneratorDriver _warm = null!;
    private int _edits;

    [GlobalSetup]
    public void Setup()
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var trees = Enumerable.Range(0, Methods).Select(number => CSharpSyntaxTree.ParseText(Source(number)));
        _compilation = CSharpCompilation.Create("Many", trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        _warm = NewDriver().RunGenerators(_compilation);
        if (_warm.GetRunResult().GeneratedTrees.Length < Methods)
            throw new InvalidOperationException("the generator wrote less than one file for each method: nothing would be measured");
    }

    [Benchmark]
    public GeneratorDriver Cold() => NewDriver().RunGenerators(_compilation.Clone());

    [Benchmark]
    public GeneratorDriver UnrelatedEdit()
    {
        var edited = _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText($"class Unrelated{_edits++} {{ }}"));
        return _warm.RunGenerators(edited);
    }

    private static CSharpGeneratorDriver NewDriver() => CSharpGeneratorDriver.Create(new MethodGenerator());

    private static string Source(int number) => new StringBuilder()
        .AppendLine("using Peft; using static TorchSharp.torch; namespace Many;")
        .AppendLine($"[PeftMethod(\"method-{number}\")] [InjectAt(Site.Query)] public sealed partial class Method{number} : ProjectionMethod {{")
        .AppendLine("[Option(Min = 1)] public int Rank { get; init; } = 8;")
        .AppendLine("[Trainable(\"Rank, In\", Group = \"down\")] private partial Tensor A { get; }")
        .AppendLine("[Trainable(\"Out, Rank\", Group = \"up\")] private partial Tensor B { get; }")
        .AppendLine("protected override Tensor Apply(Tensor x, Tensor y) => y; }").ToString();
}
