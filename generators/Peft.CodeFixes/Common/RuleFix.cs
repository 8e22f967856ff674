using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Peft.Generators;

namespace Peft.CodeFixes;

/// <summary>Offers fixes for one rule, or for several that have the same fix. A derived class defines the fix.</summary>
/// <param name="rules">The rules' ids.</param>
public abstract class RuleFix(params string[] rules) : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = [.. rules];

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model)
        {
            return;
        }

        foreach (var diagnostic in context.Diagnostics)
        {
            if (root.FullSpan.Contains(diagnostic.Location.SourceSpan))
                Offer(new Place(root, model, diagnostic, root.FindNode(
                    diagnostic.Location.SourceSpan, getInnermostNodeForTie: true), context));
        }
    }

    private protected abstract void Offer(Place place);

    /// <summary>A diagnostic in its document.</summary>
    private protected sealed class Place(
        SyntaxNode root, SemanticModel model, Diagnostic diagnostic, SyntaxNode node, CodeFixContext context)
    {
        /// <summary>The innermost node that the diagnostic marks.</summary>
        public SyntaxNode Node => node;

        public SemanticModel Model => model;

        public CancellationToken Cancellation => context.CancellationToken;

        /// <summary>The broken rule's id.</summary>
        public string Rule => diagnostic.Id;

        /// <summary>An argument of the message, which the analyzer passes as a property.</summary>
        public string? Argument(int index) =>
            diagnostic.Properties.TryGetValue(index.ToString(System.Globalization.CultureInfo.InvariantCulture), out var text)
                ? text : null;

        /// <summary>The class around the place.</summary>
        public INamedTypeSymbol? Type => node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration
            ? model.GetDeclaredSymbol(declaration, context.CancellationToken) as INamedTypeSymbol
            : null;

        /// <summary>The [PeftMethod] of a class.</summary>
        public AttributeSyntax? MethodAttribute(TypeDeclarationSyntax declaration) => declaration.AttributeLists
            .SelectMany(list => list.Attributes)
            .FirstOrDefault(attribute => model.GetTypeInfo(attribute, context.CancellationToken).Type is { } found
                && Contract.Is(found, Contract.PeftMethod));

        /// <summary>Offers to put one node in the place of another.</summary>
        public void Replace(string title, SyntaxNode old, SyntaxNode replacement) =>
            Change(title, () => root.ReplaceNode(old, replacement));

        /// <summary>Offers a change of the file.</summary>
        public void Change(string title, Func<SyntaxNode> change) => context.RegisterCodeFix(
            CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(change())), equivalenceKey: title),
            diagnostic);
    }
}
