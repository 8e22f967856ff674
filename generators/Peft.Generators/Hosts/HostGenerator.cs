using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Hosts;

/// <summary>Writes, for every class with [InjectionHost], the bodies of its site methods and the list of injection points.</summary>
/// <remarks>The rules for such a class are those of <see cref="Analyzers.HostAnalyzer"/>, except for <see cref="ClosedTypes"/>.</remarks>
[Generator]
public sealed class HostGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        Register(context, context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Contract.MetadataName(Contract.InjectionHost),
                static (node, _) => node is TypeDeclarationSyntax,
                static (candidate, cancellation) => Parse((INamedTypeSymbol)candidate.TargetSymbol, candidate, cancellation))
            .WithTrackingName(HostTrackingNames.Parse));

        // A class that lacks the attribute is written too. Else the compiler would report each site method without a body and run no
        // analyzer, which is what reports the missing attribute. Correct code has no such class.
        foreach (var kind in ContractKind.Offered)
        {
            Register(context, context.SyntaxProvider
                .ForAttributeWithMetadataName(
                    Contract.MetadataName(kind.Attribute + "Attribute"),
                    static (node, _) => node is MethodDeclarationSyntax && !Declarations.HasAttribute(node.Parent, Contract.InjectionHost),
                    static (candidate, cancellation) => UnmarkedHost.Find(candidate) is { } type
                        ? Parse(type, candidate, cancellation) : null)
                .WithTrackingName(HostTrackingNames.Unmarked));
        }
    }

    private static void Register(
        IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<ParseResult<HostModel>?> parsed)
    {
        // Sources depend on the models alone, so they survive edits that only move things.
        var models = parsed
            .Select(static (host, _) => host?.Model)
            .WithTrackingName(HostTrackingNames.Model);
        context.RegisterSourceOutput(models, static (output, model) =>
        {
            if (model is not null)
                output.AddSource(model.Type.HintName, HostEmitter.Emit(model));
        });

        // Diagnostics contain positions, so they are a separate output.
        var closed = parsed
            .SelectMany(static (host, _) => host is null ? [] : host.Closed.ToImmutable())
            .WithTrackingName(HostTrackingNames.Closed);
        context.RegisterSourceOutput(closed, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
    }

    private static ParseResult<HostModel>? Parse(
        INamedTypeSymbol type, GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        if (HostParser.SiteMethods(type).Count == 0)
            return null;
        var closed = ClosedTypes.Check(type);
        var model = closed.Count > 0 && !ClosedTypes.HasPartialMembers(type)
            ? null : HostParser.Parse(type, context.SemanticModel.Compilation, new Findings(areWanted: false), cancellation);
        return new ParseResult<HostModel>(model, closed);
    }
}
