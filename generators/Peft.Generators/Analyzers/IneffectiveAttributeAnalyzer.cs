using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Peft.Generators.Hosts;

namespace Peft.Generators.Analyzers;

/// <summary>Finds attributes of methods that have no effect: the generator ignores classes without [PeftMethod].</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IneffectiveAttributeAnalyzer : DiagnosticAnalyzer
{
    private const string NoMethod = "the class has no [PeftMethod]";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.IneffectiveAttribute];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var isMethod = type.Attribute(Contract.PeftMethod) is not null;
        var kind = ContractKind.OfMethod(type);
        Check(context, type, name => OnClass(name, type, isMethod, kind));
        foreach (var member in type.GetMembers())
        {
            if (member is IPropertySymbol property)
                Check(context, property, name => OnProperty(name, isMethod, kind));
        }
    }

    private static void Check(SymbolAnalysisContext context, ISymbol symbol, Func<string, string?> problem)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute is not { AttributeClass: { } known, ApplicationSyntaxReference: { } reference }
                || !Contract.Is(known, known.Name)
                || problem(known.Name) is not { } why)
            {
                continue;
            }

            var name = known.Name.Substring(0, known.Name.Length - nameof(Attribute).Length);
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.IneffectiveAttribute, reference.GetSyntax(context.CancellationToken)
                    .GetLocation(), name, symbol.Name, why));
        }
    }

    /// <summary>Why the attribute does nothing, or null. Another rule reports a method without a base class.</summary>
    private static string? OnClass(string attribute, INamedTypeSymbol type, bool isMethod, ContractKind? kind) => attribute switch
    {
        Contract.InjectionHost when HostParser.SiteMethods(type).Count == 0 => "it has no site method",
        Contract.InjectAt or Contract.Part when !isMethod => NoMethod,
        Contract.InjectAt when kind is { IsAttached: false } => $"a {kind.Base} has no site of its own",
        Contract.Part when kind is not null && kind != ContractKind.Composite => "only a CompositeMethod is made of parts",
        _ => null,
    };

    /// <summary>Options of a base class are those of the methods that derive from it; trainables are not.</summary>
    private static string? OnProperty(string attribute, bool isMethod, ContractKind? kind) => attribute switch
    {
        Contract.Trainable when !isMethod => NoMethod,
        Contract.Trainable when kind is { IsAttached: false } => $"a {kind.Base} has no site for which it would be made",
        Contract.Option when !isMethod && kind is null => "the class is no method",
        Contract.Option when kind == ContractKind.Composite => "users set the options of a composite's parts",
        _ => null,
    };
}
