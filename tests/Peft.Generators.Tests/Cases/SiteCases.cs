namespace Peft.Generators.Tests;

/// <summary>Errors in what sites name and in the classes that offer them.</summary>
internal static class SiteCases
{
    public static IReadOnlyList<DiagnosticCase> All { get; } =
    [
        new(
            "layer is not partial",
            """
            [InjectionHost]
            internal sealed class [|Layer|]
            {
                public Linear query = null!;
                [ProjectionSite(Site.Query, nameof(query))] public partial Tensor Query(Tensor x);
            }
            """,
            ("PEFT001", "Class 'Layer' must be declared partial"))
        {
            CompilerErrors = ["CS0260"],
        },
        new(
            "site method is not partial",
            SiteMethodCases.Class("[ProjectionSite(Site.Query, nameof(query))] public Tensor [|Query|](Tensor x) => x;"),
            ("PEFT001", "Site method 'Query' must be declared partial")),
        new(
            "layer that is not marked",
            """
            internal sealed partial class [|Layer|]
            {
                public Linear query = null!;
                [ProjectionSite(Site.Query, nameof(query))] public partial Tensor Query(Tensor x);
            }
            """,
            ("PEFT034", "Class 'Layer' offers a site by 'Query' but is not marked; add [InjectionHost] to it")),
        new(
            "layer that is neither marked nor partial",
            """
            internal sealed class [|[|Layer|]|]
            {
                public Linear query = null!;
                [ProjectionSite(Site.Query, nameof(query))] public partial Tensor Query(Tensor x);
                [ProjectionSite(Site.Key, nameof(query))] public partial Tensor Key(Tensor x);
            }
            """,
            ("PEFT001", "Class 'Layer' must be declared partial"),
            ("PEFT034", "Class 'Layer' offers a site by 'Query' but is not marked; add [InjectionHost] to it"))
        {
            CompilerErrors = ["CS0260"],
        },
        Field("[ProjectionSite(Site.Query, [|\"missing\"|])]", "'Layer' has no field 'missing'"),
        Field("[ProjectionSite(Site.Query, [|\"\"|])]", "'Layer' has no field ''"),
        Field("[ProjectionSite(Site.Query, [|nameof(Property)|])]", "'Layer' has no field 'Property'"),
        Field("[ProjectionSite(Site.Query, [|nameof(norm)|])]", "'norm' is of type 'LayerNorm'"),
        Field("[ProjectionSite(Site.Query, linear: [|nameof(optional)|])]", "'optional' is of type 'Linear?'"),
        new(
            "field of the wrong type for a stream site",
            SiteMethodCases.Class("[StreamSite(Site.AfterAttention, [|nameof(query)|])] public partial Tensor After(Tensor hidden, "
                + "Tensor residual);"),
            ("PEFT015", "Site method 'After' needs a field of type LayerNorm, but 'query' is of type 'Linear'")),
        new(
            "stream site offered as a projection",
            SiteMethodCases.Class("[ProjectionSite([|Site.AfterAttention|], nameof(query))] public partial Tensor Query(Tensor x);"),
            ("PEFT016", "Site 'AfterAttention' is of kind stream; offer it with [StreamSite]")),
        new(
            "projection site offered as a stream",
            SiteMethodCases.Class("[StreamSite([|Site.Query|], nameof(norm))] public partial Tensor After(Tensor hidden, Tensor "
                + "residual);"),
            ("PEFT016", "Site 'Query' is of kind projection; offer it with [ProjectionSite]")),
        new(
            "norm site offered as a stream",
            SiteMethodCases.Class("[StreamSite([|Site.AttentionNorm|], nameof(norm))] public partial Tensor After(Tensor hidden, Tensor "
                + "residual);"),
            ("PEFT016", "Site 'AttentionNorm' is of kind norm; offer it with [NormSite]")),
        new(
            "site offered twice",
            SiteMethodCases.Class(
                """
                [ProjectionSite(Site.Query, nameof(query))] public partial Tensor First(Tensor x);
                [ProjectionSite([|Site.Query|], nameof(query))] public partial Tensor Second(Tensor x);
                """),
            ("PEFT017", "Site 'Query' is offered by 'First' already")),
        new(
            "base class offers sites",
            """
            [InjectionHost] internal partial class Base
            {
                protected Linear query = null!;
                [ProjectionSite(Site.Query, nameof(query))] public partial Tensor Query(Tensor x);
            }

            [InjectionHost]
            internal sealed partial class [|Layer|] : Base
            {
                [ProjectionSite(Site.Key, nameof(query))] public partial Tensor Key(Tensor x);
            }
            """,
            ("PEFT018", "Class 'Layer' cannot offer sites: its base class 'Base' offers sites already")),
    ];

    private static DiagnosticCase Field(string attribute, string problem) => new(
        attribute,
        SiteMethodCases.Class($"{attribute} public partial Tensor Query(Tensor x);"),
        ("PEFT015", $"Site method 'Query' needs a field of type Linear, but {problem}"));
}
