using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Peft.Generators.Analyzers;
using Peft.Generators.Hosts;
using Peft.Generators.Methods;

namespace Peft.Generators.Tests;

/// <summary>Runs the generators and analyzers, and checks with every run what must hold for all of them.</summary>
internal static class GeneratorHarness
{
    /// <summary>Namespaces that every test source may use.</summary>
    public const string Usings = "using System;\nusing Peft;\nusing TorchSharp.Modules;\nusing static TorchSharp.torch;\n";

    private static readonly CSharpCompilationOptions s_options =
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The steps that the generators name.</summary>
    public static IReadOnlyList<string> StepNames { get; } =
        [.. NamesIn(typeof(MethodTrackingNames)), .. NamesIn(typeof(HostTrackingNames))];

    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
        [new MethodAnalyzer(), new HostAnalyzer(), new IneffectiveAttributeAnalyzer(), new SiteUseAnalyzer()];

    /// <summary>As the SDK compiles: its default language version, which the newer Roslyn of these tests would surpass.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    /// <summary>A compilation of files named File0.cs, File1.cs and so on.</summary>
    public static CSharpCompilation Compile(params string[] sources) => Compile(ParseOptions, sources);

    public static CSharpCompilation Compile(CSharpParseOptions options, params string[] sources) => CSharpCompilation.Create(
        "Tested", sources.Select((source, i) => Parse(source, i, options)), s_references, s_options);

    public static SyntaxTree Parse(string source, int index, CSharpParseOptions? options = null) =>
        CSharpSyntaxTree.ParseText(
            source, options ?? ParseOptions, $"File{index}.cs", cancellationToken: TestContext.Current.CancellationToken);

    public static CSharpGeneratorDriver CreateDriver(CSharpParseOptions? options = null) => CSharpGeneratorDriver.Create(
        [new MethodGenerator().AsSourceGenerator(), new HostGenerator().AsSourceGenerator()],
        parseOptions: options ?? ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Generates for sources that must come out without any diagnostic, of the generators or of the compiler.</summary>
    public static GeneratorRun RunClean(params string[] sources)
    {
        var run = Run(Compile(sources));
        Assert.Empty(run.Reported);
        Assert.Empty(run.CompilerDiagnostics);
        return run;
    }

    /// <summary>Generates twice, the second time for a copy, where everything must come from the cache.</summary>
    public static GeneratorRun Run(CSharpCompilation compilation)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var options = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        var driver = CreateDriver(options).RunGeneratorsAndUpdateCompilation(compilation, out var output, out _, cancellation);
        var first = driver.GetRunResult();
        foreach (var result in first.Results)
        {
            Assert.Null(result.Exception);
            Assert.All(result.Diagnostics, diagnostic => Assert.Equal("PEFT001", diagnostic.Id)); // all other rules are the analyzers'
            foreach (var value in NamedOutputs(result).Select(step => step.Value))
                ReachabilityGuard.Check(value);
        }

        AssertCached(driver.RunGenerators(compilation.Clone(), cancellation).GetRunResult());
        return new GeneratorRun(
            [.. first.Results.SelectMany(result => result.GeneratedSources)], [.. first.Diagnostics, .. Analyze(output, cancellation)],
            output);
    }

    /// <summary>What the analyzers say of sources and generated code together, as compilers run them.</summary>
    private static IEnumerable<Diagnostic> Analyze(Compilation output, CancellationToken cancellation) =>
        output.WithAnalyzers(Analyzers).GetAnalyzerDiagnosticsAsync(cancellation).GetAwaiter().GetResult();

    /// <summary>Every output of a named step: the step's name, the value and why it is there.</summary>
    public static IEnumerable<(string Step, object Value, IncrementalStepRunReason Reason)> NamedOutputs(GeneratorRunResult result) =>
        from name in StepNames
        where result.TrackedSteps.ContainsKey(name)
        from step in result.TrackedSteps[name]
        from output in step.Outputs
        select (name, output.Value, output.Reason);

    private static void AssertCached(GeneratorDriverRunResult second)
    {
        foreach (var result in second.Results)
        {
            foreach (var (step, _, reason) in NamedOutputs(result))
                Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step} is {reason} in "
                    + "the second run");
            Assert.All(
                result.TrackedOutputSteps.SelectMany(steps => steps.Value).SelectMany(step => step.Outputs),
                output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        }
    }

    private static IEnumerable<string> NamesIn(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
}
