namespace Peft.Generators.Tests;

/// <summary>Errors in trainables and their shapes.</summary>
internal static class TrainableCases
{
    public static IReadOnlyList<DiagnosticCase> All { get; } =
    [
        new(
            "trainable is not partial",
            Class("[Trainable(\"In\")] private Tensor [|A|] { get; } = null!;"),
            ("PEFT001", "Trainable 'A' must be declared partial")),
        Bad("private partial int [|A|] { get; }", "its type is 'int'"),
        Bad("private partial Tensor [|A|] { get; set; }", "it has a setter"),
        Bad("private partial Tensor [|A|] { get; init; }", "it has a setter"),
        Bad("internal partial Tensor [|A|] { get; private set; }", "it has a setter"),
        Bad("internal partial Tensor [|A|] { get; private init; }", "it has a setter"),
        Bad("internal partial Tensor [|A|] { private get; set; }", "it has a setter"),
        Bad("private partial Tensor [|A|] { set; }", "it has no getter"),
        Bad("private static partial Tensor [|A|] { get; }", "it is static"),
        Bad("private partial Tensor [|A|] { get; } private partial Tensor A => null!;", "it has a body already"),
        Unknown("When", "\"Missing\"", "Missing", "bool"),
        Unknown("When", "nameof(Text)", "Text", "bool"),
        Unknown("From", "nameof(Flag)", "Flag", "Tensor"),
        Ineffective("From = nameof(First), [|Init = Init.Ones|]", "Init", "From gives the first values"),
        Ineffective("From = nameof(First), [|Std = 1|]", "Std", "From gives the first values"),
        new(
            "values that From may leave to Init",
            Class("[Trainable(\"In\", From = nameof(First), Init = Init.Normal, Std = 1)] private partial Tensor A { get; } private "
                + "Tensor? First => null;")),
        Ineffective("[|Std = 1|]", "Std", "only Init.Normal uses a standard deviation"),
        Ineffective("Init = Init.Ones, [|Std = 1|]", "Std", "only Init.Normal uses a standard deviation"),
        Group("Down"),
        Group(""),
        Group("up+down"),
        Group("none"),
        Malformed("", "a size is missing"),
        Malformed("Rank,", "a size is missing"),
        Malformed("2 * , In", "a factor is missing in '2 *'"),
        Malformed("Rank + 1", "'Rank + 1' is neither a positive whole number nor a name"),
        Malformed("-1", "'-1' is neither a positive whole number nor a name"),
        Malformed("0", "'0' is neither a positive whole number nor a name"),
        Malformed("99999999999999999999", "'99999999999999999999' is neither a positive whole number nor a name"),
        new(
            "unknown name in a projection method's shape",
            Class(
                """
                [Option] public int Rank { get; init; } = 8;
                public double Alpha => 1;
                [Trainable([|"Rank, Hidden"|])] private partial Tensor A { get; }
                public Tensor B => A;
                """),
            ("PEFT011", "Shape of trainable 'A' names 'Hidden', which is no int property of 'M'; known names are Rank, In, Out")),
        new(
            "unknown names in a stream method's shape",
            """
            [PeftMethod("m")] [InjectAt(Site.AfterAttention)]
            internal sealed partial class M : StreamMethod
            {
                public double Rank => 8;
                [Trainable([|[|"2 * Rank * Hidden, In"|]|])] private partial Tensor A { get; }
                protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden + A;
            }
            """,
            ("PEFT011", "Shape of trainable 'A' names 'Rank', which is no int property of 'M'; known names are Hidden"),
            ("PEFT011", "Shape of trainable 'A' names 'In', which is no int property of 'M'; known names are Hidden")),
        Stray("upp", "up"),
        Stray("dwn", "down"),
        Stray("donw", "down"),
        Stray("scal", "scale", "[Trainable(\"In\", Group = \"scale\")] private partial Tensor B { get; } "
            + "[Trainable(\"In\", Group = \"scale\")] private partial Tensor C { get; }"),
    ];

    private static DiagnosticCase Bad(string property, string problem) => new(
        "trainable " + property,
        Class($"[Trainable(\"In\")] {property}"),
        ("PEFT009", $"Trainable 'A' must be 'partial Tensor A {{ get; }}': {problem}"));

    private static DiagnosticCase Unknown(string argument, string value, string name, string wanted) => new(
        $"{argument} = {value}",
        Class($"[Trainable(\"In\", [|{argument} = {value}|])] private partial Tensor A {{ get; }} private string Text => \"\"; private "
            + "bool Flag => Text == \"\";"),
        ("PEFT021", $"{argument} of trainable 'A' names '{name}', which is no {wanted} property of 'M'"));

    private static DiagnosticCase Ineffective(string settings, string name, string why) => new(
        settings,
        Class($"[Trainable(\"In\", {settings})] private partial Tensor A {{ get; }} private Tensor First => FrozenWeight;"),
        ("PEFT028", $"{name} of trainable 'A' has no effect: {why}"));

    private static DiagnosticCase Stray(string group, string meant, string others = "") => new(
        $"group '{group}' for '{meant}'",
        Class($"[Trainable(\"In\", [|Group = \"{group}\"|])] private partial Tensor A {{ get; }} {others}"),
        ("PEFT033", $"Group '{group}' of trainable 'A' is used once and differs from '{meant}' by a letter, so that settings for "
            + $"'{meant}' do not reach it"));

    private static DiagnosticCase Group(string name) => new(
        $"group '{name}'",
        Class($"[Trainable(\"In\", [|Group = \"{name}\"|])] private partial Tensor A {{ get; }}"),
        ("PEFT029", $"Group '{name}' of trainable 'A' must start with a lower case letter, hold only lower case letters, digits and "
            + "dashes, and not be 'none'"));

    private static DiagnosticCase Malformed(string shape, string problem) => new(
        $"shape '{shape}'",
        Class($"public int Rank => 8; [Trainable([|\"{shape}\"|])] private partial Tensor A {{ get; }} public Tensor B => A;"),
        ("PEFT010", $"Shape of trainable 'A' is malformed: {problem}"));

    private static string Class(string member) =>
        $$"""
        [PeftMethod("m")] [InjectAt(Site.Query)]
        internal sealed partial class M : ProjectionMethod
        {
            {{member}}
            protected override Tensor Apply(Tensor x, Tensor y) => y;
        }
        """;
}
