using Peft.CodeFixes;

namespace Peft.Generators.Tests;

/// <summary>Declarations that are not partial.</summary>
internal static class PartialFixCases
{
    private const string Formula = "protected override Tensor Apply(Tensor x, Tensor y) => y;";

    public static IReadOnlyList<CodeFixCase> All { get; } =
    [
        Case(
            "class",
            $"[PeftMethod(\"m\")] [InjectAt(Site.Query)]\npublic sealed class M : ProjectionMethod {{ {Formula} }} // end",
            $"[PeftMethod(\"m\")] [InjectAt(Site.Query)]\npublic sealed partial class M : ProjectionMethod {{ {Formula} }} // end"),
        Case(
            "class without modifiers",
            $"[PeftMethod(\"m\")]\n[InjectAt(Site.Query)]\n// Why.\nclass M : ProjectionMethod {{ {Formula} }}",
            $"[PeftMethod(\"m\")]\n[InjectAt(Site.Query)]\n// Why.\npartial class M : ProjectionMethod {{ {Formula} }}"),
        Case(
            "class and the types around it",
            $"internal class Outer\n{{\n    internal struct Middle\n    {{\n        [PeftMethod(\"m\")] [InjectAt(Site.Query)] internal "
                + $"class M : ProjectionMethod {{ {Formula} }}\n    }}\n}}",
            $"internal partial class Outer\n{{\n    internal partial struct Middle\n    {{\n        [PeftMethod(\"m\")] "
                + $"[InjectAt(Site.Query)] internal partial class M : ProjectionMethod {{ {Formula} }}\n    }}\n}}") with {
                PassesOfFixAll = 2 },
        Case(
            "trainable",
            MemberFixCases.Class("[Trainable(\"In\")] private Tensor A { get; }"),
            MemberFixCases.Class("[Trainable(\"In\")] private partial Tensor A { get; }")),
        Case(
            "trainable with a value",
            MemberFixCases.Class("[Trainable(\"In\")] Tensor A { get; } = null!; // trained"),
            MemberFixCases.Class("[Trainable(\"In\")] partial Tensor A { get; } // trained")),
        Case(
            "site method with an expression",
            Layer("[ProjectionSite(Site.Query, nameof(query))] private Tensor Query(Tensor x) => query.call(x); // q"),
            Layer("[ProjectionSite(Site.Query, nameof(query))] private partial Tensor Query(Tensor x); // q"),
            "Declare partial and leave the body to the generator"),
        Case(
            "site method with a body",
            Layer("[ProjectionSite(Site.Query, nameof(query))]\n    private Tensor Query(Tensor x)\n    {\n        return "
                + "query.call(x);\n    }"),
            Layer("[ProjectionSite(Site.Query, nameof(query))]\n    private partial Tensor Query(Tensor x);"),
            "Declare partial and leave the body to the generator"),
    ];

    private static string Layer(string member) =>
        "[InjectionHost]\n"
        + $"internal partial class Layer\n{{\n    private readonly Linear query = null!;\n    {member}\n    public Tensor Forward(Tensor "
            + $"x) => Query(x);\n}}";

    private static CodeFixCase Case(string name, string source, string expected, string title = "Declare partial") =>
        new("partial: " + name, new MakePartialFix(), title, source, expected);
}
