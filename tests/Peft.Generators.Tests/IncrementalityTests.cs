using Microsoft.CodeAnalysis;
using Peft.Generators.Hosts;
using Peft.Generators.Methods;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace Peft.Generators.Tests;

/// <summary>Which edits reach which step.</summary>
/// <remarks>The sources have an error for each step that looks for one, so that these steps have something to hand on.</remarks>
public class IncrementalityTests
{
    private const int Methods = 0;
    private const int Layers = 1;

    private const string Method = GeneratorHarness.Usings
        + """
        [PeftMethod("sample", Paper = "here")]
        [InjectAt(Site.Query)]
        internal sealed partial class Sample : Base
        {
            [Option] public int Rank { get; init; } = 8;
            [Trainable("Rank, In", Group = "Not a group", When = nameof(On))] private partial Tensor A { get; }
            private bool On => Rank > 1;
            private bool Off => Rank < 1;
            protected override Tensor Apply(Tensor x, Tensor y) => On || Off ? y + A : x;
        }
        """;

    private const string Base = GeneratorHarness.Usings
        + "internal abstract class Base : ProjectionMethod { [Option] public int Less { get; set; } /* more */ }\n";

    private const string Composite = GeneratorHarness.Usings
        + """
        [PeftMethod("closed")] [Part("lora")] internal sealed class Closed : CompositeMethod;
        [PeftMethod("both")] [Part("both")] internal sealed partial class Both : CompositeMethod;
        """;

    private const string Layer = GeneratorHarness.Usings
        + """
        [InjectionHost]
        internal sealed partial class Layer
        {
            private readonly Linear query = null!;
            [ProjectionSite(Site.Query, nameof(query))] private partial Tensor Query(Tensor x);
            [ProjectionSite(Site.Value, "missing")] private partial Tensor Value(Tensor x);
            public Tensor Forward(Tensor x) => Query(x) + Value(x);
        }
        """;

    private const string Unmarked = GeneratorHarness.Usings
        + """
        internal sealed class Unmarked
        {
            private readonly Linear key = null!;
            [ProjectionSite(Site.Key, nameof(key))] public partial Tensor Key(Tensor x);
        }
        internal abstract partial class Bare : ProjectionMethod { [Trainable("In")] private partial Tensor A { get; } }
        """;

    private static readonly Dictionary<string, (int File, string Old, string New)> s_edits = new()
    {
        ["unrelated type in another file"] = (1, "internal abstract", "internal class Unrelated; internal abstract"),
        ["comment appended to the method's file"] = (0, "A : x;\n}", "A : x;\n}\n// the end"),
        ["comment above the method"] = (0, "[PeftMethod", "// above\n[PeftMethod"),
        ["formula changed"] = (0, "y + A", "A + y"),
        ["option added"] = (0, "[Option]", "[Option] public bool More { get; init; }\n    [Option]"),
        ["attribute changed"] = (0, "\"here\"", "\"near\""),
        ["name changed"] = (0, "\"sample\"", "\"simple\""),
        ["condition of a trainable changed"] = (0, "nameof(On)", "nameof(Off)"),
        ["base class in another file gains an option"] = (1, "/* more */", "[Option] public int More { get; set; }"),
        ["part added"] = (2, "[Part(\"both\")]", "[Part(\"both\"), Part(\"lora\")]"),
        ["comment above the class that is not partial"] = (2, "[PeftMethod(\"closed\")]", "// above\n[PeftMethod(\"closed\")]"),
        ["comment appended to the layer's file"] = (3, "Value(x);\n}", "Value(x);\n}\n// the end"),
        ["comment above the layer"] = (3, "internal", "// above\ninternal"),
        ["comment above the layer that is not partial"] = (4, "internal", "// above\ninternal"),
        ["forward pass changed"] = (3, "Query(x) + Value(x)", "Value(x) + Query(x)"),
        ["site changed"] = (3, "Site.Query", "Site.Key"),
        ["site method renamed"] = (3, "Query(", "Q("),
    };

    public static TheoryData<string, int, IncrementalStepRunReason[]> MethodEdits => new()
    {
        // edit, which method it concerns; what becomes of: parsing, model, source, the class that is not partial
        { "unrelated type in another file", 0, [Unchanged, Cached, Cached, Cached] },
        { "comment appended to the method's file", 0, [Unchanged, Cached, Cached, Cached] },
        { "formula changed", 0, [Unchanged, Cached, Cached, Cached] },
        { "comment above the method", 0, [Unchanged, Cached, Cached, Cached] },
        { "option added", 0, [Modified, Modified, Modified, Cached] },
        { "attribute changed", 0, [Modified, Modified, Modified, Cached] },
        { "condition of a trainable changed", 0, [Modified, Modified, Modified, Cached] },
        { "base class in another file gains an option", 0, [Modified, Modified, Modified, Cached] },
        { "name changed", 0, [Modified, Modified, Modified, Cached] },
        { "part added", 2, [Modified, Modified, Modified, Cached] },
        { "comment above the class that is not partial", 1, [Modified, Unchanged, Cached, Modified] },
    };

    public static TheoryData<string, IncrementalStepRunReason[]> LayerEdits => new()
    {
        // edit; what becomes of: parsing, model, source, the class that is neither marked nor partial
        { "unrelated type in another file", [Unchanged, Cached, Cached, Cached] },
        { "comment appended to the layer's file", [Unchanged, Cached, Cached, Cached] },
        { "forward pass changed", [Unchanged, Cached, Cached, Cached] },
        { "comment above the layer", [Unchanged, Cached, Cached, Cached] },
        { "site changed", [Modified, Modified, Modified, Cached] },
        { "site method renamed", [Modified, Modified, Modified, Cached] },
        { "comment above the layer that is not partial", [Unchanged, Cached, Cached, Modified] },
    };

    [Theory]
    [MemberData(nameof(MethodEdits))]
    public void Edits_around_methods(string edit, int concerned, IncrementalStepRunReason[] expected)
    {
        var result = RunTwice(edit, Methods);

        Assert.Equal(
            expected,
            [
                Outputs(result, MethodTrackingNames.Parse)[concerned],
                Outputs(result, MethodTrackingNames.Model)[concerned],
                Sources(result, MethodTrackingNames.Model)[concerned],
                Assert.Single(Outputs(result, MethodTrackingNames.Closed)),
            ]);
        var others = Outputs(result, MethodTrackingNames.Model).Where((_, index) => index != concerned);
        Assert.All(others, reason => Assert.True(reason is Cached or Unchanged, "an edit of one method reached another"));
    }

    [Theory]
    [MemberData(nameof(LayerEdits))]
    public void Edits_around_layers(string edit, IncrementalStepRunReason[] expected)
    {
        var result = RunTwice(edit, Layers);

        Assert.Equal(
            expected,
            [
                Outputs(result, HostTrackingNames.Parse)[0],
                Outputs(result, HostTrackingNames.Model)[0],
                Sources(result, HostTrackingNames.Model)[0],
                Assert.Single(Outputs(result, HostTrackingNames.Closed)),
            ]);
    }

    [Fact]
    public void Every_step_that_is_named_is_in_the_tables() => Assert.Equal(
        GeneratorHarness.StepNames.Order(),
        new[] { Methods, Layers }.SelectMany(generator => GeneratorHarness.NamedOutputs(RunTwice("option added", generator)))
            .Select(output => output.Step).Distinct().Order());

    private static GeneratorRunResult RunTwice(string edit, int generator)
    {
        var cancellation = TestContext.Current.CancellationToken;
        string[] before = [Method, Base, Composite, Layer, Unmarked];
        var compilation = GeneratorHarness.Compile(before);
        var (file, old, @new) = s_edits[edit];
        var after = before[file].Replace(old, @new, StringComparison.Ordinal);
        Assert.NotEqual(before[file], after);
        var edited = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[file], GeneratorHarness.Parse(after, file));

        return GeneratorHarness.CreateDriver().RunGenerators(compilation, cancellation).RunGenerators(edited, cancellation)
            .GetRunResult().Results[generator];
    }

    private static List<IncrementalStepRunReason> Outputs(GeneratorRunResult result, string step) =>
        [.. GeneratorHarness.NamedOutputs(result).Where(output => output.Step == step).Select(output => output.Reason)];

    /// <summary>Of the outputs that follow a step.</summary>
    private static List<IncrementalStepRunReason> Sources(GeneratorRunResult result, string step) =>
    [
        .. result.TrackedOutputSteps["SourceOutput"].Where(output => output.Inputs[0].Source.Name == step)
            .SelectMany(output => output.Outputs).Select(output => output.Reason),
    ];
}
