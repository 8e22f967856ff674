using Microsoft.CodeAnalysis;
using Peft.Generators.Hosts;
using Peft.Generators.Methods;

namespace Peft.Generators.Tests;

/// <summary>Which edits reach which step.</summary>
public class IncrementalityTests
{
    private const IncrementalStepRunReason Cached = IncrementalStepRunReason.Cached;
    private const IncrementalStepRunReason Unchanged = IncrementalStepRunReason.Unchanged;
    private const IncrementalStepRunReason Modified = IncrementalStepRunReason.Modified;

    private const string Method = GeneratorHarness.Usings
        + """
        [PeftMethod("sample", Paper = "here")]
        [InjectAt(Site.Query)]
        internal sealed partial class Sample : Base
        {
            [Option] public int Rank { get; init; } = 8;
            [Trainable("Rank, In")] private partial Tensor A { get; }
            protected override Tensor Apply(Tensor x, Tensor y) => y + A;
        }
        """;

    private const string Base = GeneratorHarness.Usings + "internal abstract class Base : ProjectionMethod { /* more */ }\n";

    private const string Host = GeneratorHarness.Usings
        + """
        internal sealed partial class Layer
        {
            private readonly Linear query = null!;
            [ProjectionSite(Site.Query, nameof(query))] private partial Tensor Query(Tensor x);
            public Tensor Forward(Tensor x) => Query(x);
        }
        """;

    private static readonly Dictionary<string, (int File, Func<string, string> Edit)> s_edits = new()
    {
        ["unrelated type in another file"] = (1, text => text + "internal class Unrelated;"),
        ["comment appended to the file"] = (0, text => text + "\n// the end"),
        ["comment above the class"] = (0, text => text.Replace("[PeftMethod", "// above\n[PeftMethod", StringComparison.Ordinal)),
        ["option added"] = (0, text => text.Replace("[Option]", "[Option] public bool On { get; init; }\n[Option]", StringComparison.Ordinal)),
        ["attribute changed"] = (0, text => text.Replace("\"here\"", "\"there\"", StringComparison.Ordinal)),
        ["formula changed"] = (0, text => text.Replace("y + A", "A + y", StringComparison.Ordinal)),
        ["base class in another file gains an option"] = (
            1, text => text.Replace("/* more */", "[Option] public int More { get; set; }", StringComparison.Ordinal)),
        ["comment appended to the layer's file"] = (2, text => text + "\n// the end"),
        ["site changed"] = (2, text => text.Replace("Site.Query", "Site.Key", StringComparison.Ordinal)),
        ["method renamed"] = (2, text => text.Replace("Query(", "Q(", StringComparison.Ordinal)),
    };

    public static TheoryData<string, IncrementalStepRunReason, IncrementalStepRunReason, IncrementalStepRunReason> MethodEdits => new()
    {
        // edit, then what becomes of: parsing, model, source
        { "unrelated type in another file", Unchanged, Cached, Cached },
        { "comment appended to the file", Unchanged, Cached, Cached },
        { "comment above the class", Modified, Unchanged, Cached },
        { "formula changed", Unchanged, Cached, Cached },
        { "option added", Modified, Modified, Modified },
        { "attribute changed", Modified, Modified, Modified },
        { "base class in another file gains an option", Modified, Modified, Modified },
    };

    public static TheoryData<string, IncrementalStepRunReason, IncrementalStepRunReason, IncrementalStepRunReason> HostEdits => new()
    {
        { "unrelated type in another file", Unchanged, Cached, Cached },
        { "comment appended to the layer's file", Unchanged, Cached, Cached },
        { "site changed", Modified, Modified, Modified },
        { "method renamed", Modified, Modified, Modified },
    };

    [Theory]
    [MemberData(nameof(MethodEdits))]
    public void Edits_around_methods(string edit, IncrementalStepRunReason parse, IncrementalStepRunReason model, IncrementalStepRunReason source) =>
        Check(edit, 0, [(MethodTrackingNames.Parse, parse), (MethodTrackingNames.Model, model)], source);

    [Theory]
    [MemberData(nameof(HostEdits))]
    public void Edits_around_layers(string edit, IncrementalStepRunReason parse, IncrementalStepRunReason model, IncrementalStepRunReason source) =>
        Check(edit, 1, [(HostTrackingNames.Parse, parse), (HostTrackingNames.Model, model)], source);

    private static void Check(string edit, int generator, (string Name, IncrementalStepRunReason Reason)[] expected, IncrementalStepRunReason source)
    {
        var cancellation = TestContext.Current.CancellationToken;
        string[] before = [Method, Base, Host];
        var compilation = GeneratorHarness.Compile(before);
        var (file, change) = s_edits[edit];
        var after = change(before[file]);
        Assert.NotEqual(before[file], after);
        var edited = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[file], GeneratorHarness.Parse(after, file));

        var driver = GeneratorHarness.CreateDriver().RunGenerators(compilation, cancellation).RunGenerators(edited, cancellation);

        var result = driver.GetRunResult().Results[generator];
        foreach (var (name, reason) in expected)
            Assert.Equal((name, reason), (name, Assert.Single(GeneratorHarness.NamedOutputs(result), output => output.Step == name).Reason));
        Assert.Equal(source, SourceReason(result));
    }

    private static IncrementalStepRunReason SourceReason(GeneratorRunResult result) =>
        Assert.Single(result.TrackedOutputSteps["SourceOutput"].SelectMany(step => step.Outputs)).Reason;
}
