using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Peft.Generators.Tests;

/// <summary>
/// All that a build prints for one mistake. The command line's compiler stops at errors in declarations before it runs analyzers, so that
/// a rule of an analyzer is only read where the generated code leaves no such error.
/// </summary>
public class CompilerTests
{
    /// <summary>Sources that no generated code can make compile, and what a build says of them.</summary>
    private static readonly Dictionary<string, string[]> s_stopped = new()
    {
        ["method class with trainables is not partial"] = ["PEFT001", "CS0260"],
        ["layer is not partial"] = ["PEFT001", "CS0260"],
        ["layer that is neither marked nor partial"] = ["PEFT001", "CS0260"],
        ["file sealed partial class M {  }"] = ["CS9248"],
        ["site method of a file-local class"] = ["CS8795"],
    };

    public static TheoryData<string> Names => [.. DiagnosticCase.All.Select(@case => @case.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_mistake_is_one_error(string name)
    {
        var @case = Assert.Single(DiagnosticCase.All, @case => @case.Name == name);

        var said = Build(GeneratorHarness.Usings + Markup.Read(@case.Source).Source);

        Assert.Equal(
            s_stopped.TryGetValue(name, out var stopped) ? stopped : @case.Expected.Select(expected => expected.Id).Order(), said);
    }

    private static IReadOnlyList<string> Build(string source)
    {
        var cancellation = TestContext.Current.CancellationToken;
        GeneratorHarness.CreateDriver()
            .RunGeneratorsAndUpdateCompilation(GeneratorHarness.Compile(source), out var output, out var generators, cancellation);
        var declarations = output.GetDeclarationDiagnostics(cancellation).Where(found => found.Severity == DiagnosticSeverity.Error);
        if (declarations.Any())
            return [.. generators.Concat(declarations).Select(found => found.Id)];
        var analyzers = output.WithAnalyzers(GeneratorHarness.Analyzers).GetAnalyzerDiagnosticsAsync(cancellation).GetAwaiter().GetResult();
        return
        [
            .. generators.Concat(analyzers).Select(found => found.Id).Order(),
            .. output.GetDiagnostics(cancellation).Where(found => found.Severity != DiagnosticSeverity.Hidden).Select(found => found.Id),
        ];
    }
}
