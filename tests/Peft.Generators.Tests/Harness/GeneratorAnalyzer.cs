using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Peft.Generators.Methods;

namespace Peft.Generators.Tests;

/// <summary>
/// Reports what the generators and analyzers report, as diagnostics of the document's tree. Generators name a file instead, and the testing library applies
/// code fixes to diagnostics of analyzers alone.
/// </summary>
#pragma warning disable RS1001 // The tests alone use it; compilers that would look for the attribute never load it.
internal sealed class GeneratorAnalyzer : DiagnosticAnalyzer
#pragma warning restore RS1001
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        .. typeof(MethodGenerator).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(DiagnosticDescriptor))
            .Select(field => (DiagnosticDescriptor)field.GetValue(null)!),
    ];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSemanticModelAction(Report);
    }

    private static void Report(SemanticModelAnalysisContext context)
    {
        var tree = context.SemanticModel.SyntaxTree;
        var compilation = (CSharpCompilation)context.SemanticModel.Compilation;
        foreach (var found in GeneratorHarness.Run(compilation).Reported)
        {
            var arguments = found.Properties.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => property.Value);
            context.ReportDiagnostic(Diagnostic.Create(found.Descriptor, Location.Create(tree, found.Location.SourceSpan), found.Properties, [.. arguments]));
        }
    }
}
