namespace Peft.Generators.Tests;

/// <summary>Attributes where nobody reads them.</summary>
internal static class AttributeCases
{
    private const string Formula = "protected override Tensor Apply(Tensor x, Tensor y) => y;";

    public static IReadOnlyList<DiagnosticCase> All { get; } =
    [
        Case("sites of a class that is no method", $"[[|InjectAt(Site.Query)|]] internal sealed class M : ProjectionMethod {{ {Formula} }}",
            "InjectAt", "M", "the class has no [PeftMethod]"),
        Case("host without a site", "[[|InjectionHost|]] internal sealed class M { }", "InjectionHost", "M", "it has no site method"),
        Case("part of a class that is no method", "[[|Part(\"lora\")|]] internal abstract class M : CompositeMethod;", "Part", "M",
            "the class has no [PeftMethod]"),
        Case(
            "trainable of a base class",
            $"internal abstract partial class M : ProjectionMethod {{ [[|Trainable(\"In\")|]] private partial Tensor A {{ get; }} "
                + $"{Formula} }}",
            "Trainable",
            "A",
            "the class has no [PeftMethod]"),
        Case("option of a class that is no method", "internal sealed class M { [[|Option|]] public int Rank { get; init; } }", "Option",
            "Rank", "the class is no method"),
        Case(
            "sites of a composite",
            "[PeftMethod(\"m\")] [[|InjectAt(Site.Query)|]] [Part(\"lora\")] internal sealed partial class M : CompositeMethod;",
            "InjectAt",
            "M",
            "a CompositeMethod has no site of its own"),
        Case(
            "option of a composite",
            "[PeftMethod(\"m\")] [Part(\"lora\")] internal sealed partial class M : CompositeMethod { [[|Option|]] public int Rank { "
                + "get; init; } }",
            "Option",
            "Rank",
            "users set the options of a composite's parts"),
        Case(
            "part of a projection method",
            $"[PeftMethod(\"m\")] [InjectAt(Site.Query)] [[|Part(\"lora\")|]] internal sealed partial class M : ProjectionMethod {{ "
                + $"{Formula} }}",
            "Part",
            "M",
            "only a CompositeMethod is made of parts"),
        Case(
            "trainable of an unfreezing method",
            """
            [PeftMethod("m")]
            internal sealed partial class M : UnfreezingMethod
            {
                [[|Trainable("1")|]] private partial Tensor A { get; }
                protected override bool Trains(BackboneParameter parameter) => A is null;
            }
            """,
            "Trainable",
            "A",
            "a UnfreezingMethod has no site for which it would be made"),
    ];

    private static DiagnosticCase Case(string name, string source, string attribute, string target, string why) =>
        new(name, source, ("PEFT022", $"[{attribute}] has no effect on '{target}': {why}"));
}
