using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Writes, for every class with [PeftMethod], the bodies of its trainables, its descriptor and its entry in the catalog.</summary>
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
                static (candidate, cancellation) => MethodParser.Parse(candidate, cancellation))
            .WithTrackingName(MethodTrackingNames.Parse);

        // Sources depend on the models alone, so they survive edits that only move things.
        var models = parsed
            .Select(static (method, _) => method.Result.Model)
            .WithTrackingName(MethodTrackingNames.Model);
        context.RegisterSourceOutput(models, static (output, model) =>
        {
            if (model is not null)
                output.AddSource(model.Type.HintName, MethodEmitter.Emit(model));
        });

        // Diagnostics carry positions, so they take a way of their own.
        var diagnostics = parsed
            .SelectMany(static (method, _) => method.Result.Diagnostics.ToImmutable())
            .WithTrackingName(MethodTrackingNames.Diagnostics);
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));

        // Whether a name is taken is a question to all classes together.
        var names = parsed
            .Select(static (method, _) => method.Claim)
            .WithTrackingName(MethodTrackingNames.Names);
        var duplicates = names
            .Collect()
            .SelectMany(static (claims, _) => DuplicateNames.Find(claims).ToImmutable())
            .WithTrackingName(MethodTrackingNames.Duplicates);
        context.RegisterSourceOutput(duplicates, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));

        // So is whether a composite comes back to itself over others.
        var cycles = names
            .Collect()
            .SelectMany(static (claims, _) => PartCycles.Find(claims).ToImmutable())
            .WithTrackingName(MethodTrackingNames.Cycles);
        context.RegisterSourceOutput(cycles, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
    }
}
