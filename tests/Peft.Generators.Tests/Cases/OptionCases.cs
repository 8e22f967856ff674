namespace Peft.Generators.Tests;

/// <summary>Errors in options.</summary>
internal static class OptionCases
{
    public static IReadOnlyList<DiagnosticCase> All { get; } =
    [
        Type("[|float|] Rate { get; init; }", "Rate", "float"),
        Type("[|int?|] Rank { get; init; }", "Rank", "int?"),
        Type("[|string?|] Path { get; init; }", "Path", "string?"),
        Type("[|int[]|] Sizes { get; init; } = [];", "Sizes", "int[]"),
        Accessor("int [|Rank|] => 8;"),
        Accessor("int [|Rank|] { get; } = 8;"),
        Accessor("static int [|Rank|] { get; set; }"),
        new(
            "option that a base class keeps to itself",
            """
            internal abstract class Base : ProjectionMethod { [Option] public int [|Rank|] { get; private set; } public void Set() => Rank = 1; }
            [PeftMethod("m")] [InjectAt(Site.Query)]
            internal sealed partial class M : Base { protected override Tensor Apply(Tensor x, Tensor y) => y; }
            """,
            ("PEFT013", "Option 'Rank' must be an instance property with a get and an init accessor")),
    ];

    private static DiagnosticCase Type(string property, string name, string type) => new(
        "option " + property, Class(property), ("PEFT012", $"Option '{name}' is of type '{type}'; options are int, double, bool, string or an enum"));

    private static DiagnosticCase Accessor(string property) => new(
        "option " + property, Class(property), ("PEFT013", "Option 'Rank' must be an instance property with a get and an init accessor"));

    private static string Class(string property) =>
        $$"""
        [PeftMethod("m")] [InjectAt(Site.Query)]
        internal sealed partial class M : ProjectionMethod
        {
            [Option] public {{property}}
            [Option] public bool Good { get; init; }
            protected override Tensor Apply(Tensor x, Tensor y) => y;
        }
        """;
}
