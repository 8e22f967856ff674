using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Writes, for every class with [PeftMethod], the bodies of its trainables, its descriptor and its entry in the catalog.</summary>
/// <remarks>The rules for such a class are those of <see cref="Analyzers.MethodAnalyzer"/>, except for <see cref="ClosedTypes"/>.</remarks>
[Generator]
public sealed class MethodGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // Everything that needs symbols happens in this one step; what leaves it is equatable.
        var parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Contract.MetadataName(Contract.PeftMethod),
                static (node, _) => node is TypeDeclarationSyntax,
                static (candidate, cancellation) => Parse(candidate, cancellation))
            .WithTrackingName(MethodTrackingNames.Parse);

        // The trainables of a class that lacks the attribute get bodies. Else the compiler would report each of them and run no analyzer,
        // which is what reports the missing attribute. Correct code has no such class.
        var bodies = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Contract.MetadataName(Contract.Trainable),
                static (node, _) => node is PropertyDeclarationSyntax && !Declarations.HasAttribute(node.Parent, Contract.PeftMethod),
                static (candidate, cancellation) => UnmarkedMethod.Parse(candidate, cancellation))
            .WithTrackingName(MethodTrackingNames.Unmarked);
        context.RegisterSourceOutput(bodies, static (output, model) =>
        {
            if (model is not null)
                output.AddSource(model.Type.HintName, MethodEmitter.Emit(model));
        });

        // Sources depend on the models alone, so they survive edits that only move things.
        var models = parsed
            .Select(static (method, _) => method.Model)
            .WithTrackingName(MethodTrackingNames.Model);
        context.RegisterSourceOutput(models, static (output, model) =>
        {
            if (model is not null)
                output.AddSource(model.Type.HintName, MethodEmitter.Emit(model));
        });

        // Diagnostics contain positions, so they are a separate output.
        var closed = parsed
            .SelectMany(static (method, _) => method.Closed.ToImmutable())
            .WithTrackingName(MethodTrackingNames.Closed);
        context.RegisterSourceOutput(closed, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
    }

    private static ParseResult<MethodModel> Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var closed = ClosedTypes.Check(type);
        var model = closed.Count > 0 && !ClosedTypes.HasPartialMembers(type) ? null : MethodParser.Parse(
            type, context.Attributes[0], context.SemanticModel.Compilation, new Findings(areWanted: false), cancellation);
        return new ParseResult<MethodModel>(model, closed);
    }
}
