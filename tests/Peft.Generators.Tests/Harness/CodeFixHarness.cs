using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace Peft.Generators.Tests;

/// <summary>Asks code fixes what they offer, as an editor does: in a document of a workspace, for a diagnostic of that document.</summary>
internal static class CodeFixHarness
{
    /// <summary>The titles that a fix offers for the last diagnostic of its rule, which is the innermost.</summary>
    public static async Task<IReadOnlyList<string>> TitlesAsync(CodeFixProvider fix, string source)
    {
        using var workspace = new AdhocWorkspace();
        return [.. (await ActionsAsync(fix, Open(workspace, source))).Select(action => action.Title)];
    }

    /// <summary>What the generators say of a source, in order of position.</summary>
    public static IReadOnlyList<Diagnostic> Diagnose(string source) =>
        [.. GeneratorHarness.Run(GeneratorHarness.Compile(source)).Reported.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];

    private static Document Open(AdhocWorkspace workspace, string source)
    {
        var compilation = GeneratorHarness.Compile();
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Tested", "Tested", LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: GeneratorHarness.ParseOptions,
                metadataReferences: compilation.References));
        return workspace.AddDocument(project.Id, "File0.cs", SourceText.From(source));
    }

    private static async Task<IReadOnlyList<CodeAction>> ActionsAsync(CodeFixProvider fix, Document document)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var tree = (await document.GetSyntaxTreeAsync(cancellation))!;
        var reported = Diagnose((await document.GetTextAsync(cancellation)).ToString())
            .Last(diagnostic => fix.FixableDiagnosticIds.Contains(diagnostic.Id));

        // A generator's diagnostic names a file; an editor gives a code fix one that names the document's tree.
        var diagnostic = Diagnostic.Create(
            reported.Descriptor, Location.Create(tree, reported.Location.SourceSpan), reported.Properties, [.. reported.Properties.Values]);
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), cancellation));
        return actions;
    }
}
