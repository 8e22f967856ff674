using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Hosts;

/// <summary>Writes, for every class with site methods, their bodies and the list of injection points.</summary>
[Generator]
public sealed class HostGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (var kind in ContractKind.Offered)
            Register(context, kind.Attribute + "Attribute");
    }

    /// <summary>One pipeline for each attribute; a class belongs to that of its first site method.</summary>
    private static void Register(IncrementalGeneratorInitializationContext context, string attribute)
    {
        var parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Contract.MetadataName(attribute),
                static (node, _) => node is MethodDeclarationSyntax,
                static (candidate, cancellation) => HostParser.Parse(candidate, cancellation))
            .WithTrackingName(HostTrackingNames.Parse);

        // Sources depend on the models alone, so they survive edits that only move things.
        var models = parsed
            .Select(static (host, _) => host?.Model)
            .WithTrackingName(HostTrackingNames.Model);
        context.RegisterSourceOutput(models, static (output, model) =>
        {
            if (model is not null)
                output.AddSource(model.Type.HintName, HostEmitter.Emit(model));
        });

        // Diagnostics carry positions, so they take a way of their own.
        var diagnostics = parsed
            .SelectMany(static (host, _) => host is null ? [] : host.Diagnostics.ToImmutable())
            .WithTrackingName(HostTrackingNames.Diagnostics);
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
    }
}
