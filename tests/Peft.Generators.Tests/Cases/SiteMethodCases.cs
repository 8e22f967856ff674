namespace Peft.Generators.Tests;

/// <summary>Errors in the signatures of site methods.</summary>
internal static class SiteMethodCases
{
    private const string Projection = "[ProjectionSite(Site.Query, nameof(query))]";
    private const string Stream = "[StreamSite(Site.AfterAttention, nameof(norm))]";

    public static IReadOnlyList<DiagnosticCase> All { get; } =
    [
        Bad(Projection, "public static partial Tensor [|F|](Tensor x);", "it is static"),
        Bad(Projection, "public partial int [|F|](Tensor x);", "it returns 'int'"),
        Bad(Projection, "public partial Tensor [|F|]();", "its parameters differ"),
        Bad(Projection, "public partial Tensor [|F|](Tensor hidden, Tensor residual);", "its parameters differ"),
        Bad(Projection, "public partial Tensor [|F|](in Tensor x);", "its parameters differ"),
        Bad(Projection, "public partial Tensor [|F|](params Tensor[] x);", "its parameters differ"),
        Bad(Projection, "public partial Tensor [|F|](Tensor x); public partial Tensor F(Tensor x) => x;", "it has a body already"),
        Bad(Projection + Stream, "public partial Tensor [|F|](Tensor x);", "it offers two sites"),
        Bad(Projection, "public partial Tensor [|F|]<T>(Tensor x);", "it is generic"),
        Bad(Stream, "public partial Tensor [|F|](Tensor hidden);", "its parameters differ"),
        Bad(Stream, "public partial Tensor [|F|](Tensor hidden, ref int residual);", "its parameters differ"),
        new(
            "attention site that returns a tensor",
            Class("[AttentionSite(Site.Attention, nameof(query))] public partial Tensor [|F|](Tensor hidden, AttentionInputs own);"),
            ("PEFT014", "Site method 'F' must be 'partial AttentionInputs F(Tensor hidden, AttentionInputs own)' of a class: it returns "
                + "'Tensor'")),
        new(
            "site method of a file-local class",
            $"[InjectionHost] file partial class Layer {{ internal static Linear query = null!; {Projection} public partial Tensor "
                + "[|F|](Tensor x); }",
            ("PEFT014", "Site method 'F' must be 'partial Tensor F(Tensor x)' of a class: 'Layer' is no class that can be extended"))
        {
            CompilerErrors = ["CS8795"],
        },
        new(
            "site method of a struct",
            $"internal partial struct Layer {{ internal static Linear query = null!; {Projection} public partial Tensor [|F|](Tensor "
                + $"x); }}",
            ("PEFT014", "Site method 'F' must be 'partial Tensor F(Tensor x)' of a class: 'Layer' is no class that can be extended")),
    ];

    public static string Class(string members) =>
        $$"""
        [InjectionHost]
        internal sealed partial class Layer
        {
            private static readonly Linear query = null!;
            private readonly LayerNorm norm = null!;
            private readonly Linear? optional = null;
            private Linear Property => optional ?? query;
            {{members}}
            public override string ToString() => norm.ToString() + Property;
        }
        """;

    private static DiagnosticCase Bad(string attributes, string method, string problem)
    {
        var parameters = attributes == Stream ? "Tensor hidden, Tensor residual" : "Tensor x";
        return new(
            attributes + method,
            Class(attributes + " " + method),
            ("PEFT014", $"Site method 'F' must be 'partial Tensor F({parameters})' of a class: {problem}"));
    }
}
