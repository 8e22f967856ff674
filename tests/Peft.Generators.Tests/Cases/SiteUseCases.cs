namespace Peft.Generators.Tests;

/// <summary>Layers that offer a site and do not use it.</summary>
internal static class SiteUseCases
{
    public static IReadOnlyList<DiagnosticCase> All { get; } =
    [
        new(
            "site method that is never called",
            Layer("private partial Tensor [|Query|](Tensor x);", "x"),
            ("PEFT030", "Site method 'Query' is never called, so methods attached at Query would not act")),
        new(
            "linear map that is called past its site",
            Layer("private partial Tensor Query(Tensor x);", "Query(x) + [|query.call(x)|]"),
            ("PEFT031", "'query' is called past its site method 'Query', so methods attached at Query would not act here")),
        new(
            "site method that others may call, and the map's forward",
            Layer("internal partial Tensor Query(Tensor x);", "[|this.query.forward(x)|]"),
            ("PEFT031", "'query' is called past its site method 'Query', so methods attached at Query would not act here")),
        new(
            "norm that is called past its site",
            """
            [InjectionHost]
            internal sealed partial class Layer
            {
                private readonly LayerNorm norm = null!;
                [StreamSite(Site.AfterAttention, nameof(norm))] private partial Tensor After(Tensor hidden, Tensor residual);
                [NormSite(Site.AttentionNorm, nameof(norm))] private partial Tensor Normalize(Tensor x);
                public Tensor Forward(Tensor x) => [|norm.call(After(x, x))|] + Apply(Normalize);
                private static Tensor Apply(Func<Tensor, Tensor> function) => function(null!);
            }
            """,
            ("PEFT031", "'norm' is called past its site method 'Normalize', so methods attached at AttentionNorm would not act here")),
    ];

    private static string Layer(string method, string formula) =>
        $$"""
        [InjectionHost]
        internal sealed partial class Layer
        {
            private readonly Linear query = null!;
            [ProjectionSite(Site.Query, nameof(query))] {{method}}
            public Tensor Forward(Tensor x) => {{formula}};
        }
        """;
}
