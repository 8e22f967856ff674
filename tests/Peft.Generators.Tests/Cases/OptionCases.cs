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
        Range("[Option([|Min = 2|], Max = 1)] public int Rank { get; init; } = 2;", "no number is at least 2 and at most 1"),
        Range("[Option([|Min = double.NaN|])] public double Rank { get; init; }", "no number is at least NaN and at most Infinity"),
        Range("[Option([|Max = 1|])] public bool Rank { get; init; }", "Min and Max are for numbers, not for 'bool'"),
        Range("[Option(Min = 1)] public int [|Rank|] { get; init; }", "its default 0 is less than Min, 1"),
        Range("[Option(Max = 0.5)] public double Rank { get; init; } = [|Half + 0.25|]; private const double Half = 0.5;",
            "its default 0.75 is greater than Max, 0.5"),
        Name("public int Rank { get; init; } [Option] public int [|rank|] { get; init; }", "rank", "'rank' is an option already"),
        Name("public string [|LeaveOut|] { get; init; } = \"\";", "leaveOut",
            "every method has a setting of that name, which says where it acts"),
        new(
            "option that hides one of a base class",
            """
            internal abstract class Base : ProjectionMethod { [Option] public int Rank { get; init; } }
            [PeftMethod("m")] [InjectAt(Site.Query)]
            internal sealed partial class M : Base { [Option] public new int [|Rank|] { get; init; } protected override Tensor Apply(Tensor x, Tensor y) => y; }
            """,
            ("PEFT024", "Option 'rank' could not be set: 'rank' is an option already")),
    ];

    private static DiagnosticCase Range(string member, string problem) => new(
        "range of " + member, Class("bool Other { get; init; } " + member), ("PEFT023", $"Range of option 'Rank' is wrong: {problem}"));

    private static DiagnosticCase Name(string member, string name, string problem) => new(
        "name of " + member, Class(member), ("PEFT024", $"Option '{name}' could not be set: {problem}"));

    private static DiagnosticCase Type(string property, string name, string type) => new(
        "option " + property, Class(property),
        ("PEFT012", $"Option '{name}' is of type '{type}'; options are int, double, bool, string or an enum"));

    private static DiagnosticCase Accessor(string property) => new(
        "option " + property, Class(property), ("PEFT013", "Option 'Rank' must be an instance property with a get and an init accessor"));

    private static string Class(string property) =>
        $$"""
        [PeftMethod("m")] [InjectAt(Site.Query)]
        internal sealed partial class M : ProjectionMethod
        {
            [Option] {{(property.StartsWith("public ", StringComparison.Ordinal) ? property : "public " + property)}}
            [Option] public bool Good { get; init; }
            protected override Tensor Apply(Tensor x, Tensor y) => y;
        }
        """;
}
