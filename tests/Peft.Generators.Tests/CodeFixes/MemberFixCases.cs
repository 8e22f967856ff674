using Peft.CodeFixes;

namespace Peft.Generators.Tests;

/// <summary>Options, shapes and sites of layers.</summary>
internal static class MemberFixCases
{
    public static IReadOnlyList<CodeFixCase> All { get; } =
    [
        Shape("Rnak, In", "Rank, In", "Rnak", "Rank"),
        Shape("2 * rank, Rank", "2 * Rank, Rank", "rank", "Rank"),
        Shape("Outt * Rank, In", "Out * Rank, In", "Outt", "Out"),
        Accessor("int Rank => 8;", "int Rank { get; init; } = 8;"),
        Accessor("int Rank { get; } = 8;", "int Rank { get; init; } = 8;"),
        Accessor("int Rank { get; }", "int Rank { get; init; }"),
        Accessor("static int Rank { get; set; } // r", "int Rank { get; init; } // r"),
        Attribute("StreamSite", "Site.Query", "ProjectionSite", "Tensor x"),
        Attribute("ProjectionSite", "Site.AttentionNorm", "NormSite", "Tensor x") with { Left = ["PEFT015"] },
        Attribute("Peft.ProjectionSite", "Site.AfterAttention", "Peft.StreamSite", "Tensor x") with { Left = ["PEFT015", "PEFT014"] },
    ];

    public static string Class(string member) =>
        "[PeftMethod(\"m\")]\n[InjectAt(Site.Query)]\ninternal sealed partial class M : ProjectionMethod\n{\n    " + member
        + "\n    protected override Tensor Apply(Tensor x, Tensor y) => y;\n}";

    private static CodeFixCase Shape(string before, string after, string wrong, string right) => new(
        $"shape '{before}'", new ShapeNameFix(), $"Change '{wrong}' to '{right}'", WithShape(before), WithShape(after));

    private static string WithShape(string shape) =>
        Class($"[Option] public int Rank {{ get; init; }}\n    [Trainable(\"{shape}\")] private partial Tensor A {{ get; }}");

    private static CodeFixCase Accessor(string before, string after) => new(
        "option " + before, new InitAccessorFix(), "Declare { get; init; }", Class("[Option] public " + before),
        Class("[Option] public " + after));

    private static CodeFixCase Attribute(string before, string site, string after, string parameters) => new(
        $"{before} of {site}", new SiteAttributeFix(), $"Use [{after.Split('.')[^1]}]", Layer(before, site, parameters),
        Layer(after, site, parameters));

    private static string Layer(string attribute, string site, string parameters) =>
        "[InjectionHost]\n"
        + $"internal partial class Layer\n{{\n    private readonly Linear query = null!;\n    [{attribute}({site}, nameof(query))]\n    "
            + $"public partial Tensor Run({parameters});\n}}";
}
