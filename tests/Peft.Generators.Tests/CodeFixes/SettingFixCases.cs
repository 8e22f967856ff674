using Microsoft.CodeAnalysis.CodeFixes;
using Peft.CodeFixes;

namespace Peft.Generators.Tests;

/// <summary>Attributes and settings that do nothing, or that name something wrong.</summary>
internal static class SettingFixCases
{
    private const string Formula = "protected override Tensor Apply(Tensor x, Tensor y) => y;";

    public static IReadOnlyList<CodeFixCase> All { get; } =
    [
        new(
            "attribute without effect below a comment",
            new RemoveAttributeFix(),
            "Remove [Option]",
            "internal sealed class M\n{\n    /// <summary>R.</summary>\n    [Option]\n    public int Rank { get; init; }\n}",
            "internal sealed class M\n{\n    /// <summary>R.</summary>\n    public int Rank { get; init; }\n}"),
        new(
            "attribute without effect below another",
            new RemoveAttributeFix(),
            "Remove [Part]",
            "[PeftMethod(\"m\")] [InjectAt(Site.Query)]\n[Part(\"lora\")]\ninternal sealed partial class M : ProjectionMethod { " + Formula
                + " }",
            "[PeftMethod(\"m\")] [InjectAt(Site.Query)]\ninternal sealed partial class M : ProjectionMethod { " + Formula + " }"),
        new(
            "part named twice",
            new RemoveAttributeFix(),
            "Remove [Part]",
            "[PeftMethod(\"m\")]\n[Part(\"lora\"), Part(\"ia3\"), Part(\"lora\", \"rank=2\")]\ninternal sealed partial class M : "
                + "CompositeMethod;",
            "[PeftMethod(\"m\")]\n[Part(\"lora\"), Part(\"ia3\")]\ninternal sealed partial class M : CompositeMethod;"),
        Trainable(
            "Init beside From", new RemoveSettingFix(), "Remove Init", "From = nameof(First), Init = Init.Ones", "From = nameof(First)"),
        Trainable("Std that nothing draws with", new RemoveSettingFix(), "Remove Std", "Std = 1, Init = Init.Ones", "Init = Init.Ones"),
        Trainable("group in capitals", new GroupNameFix(), "Change 'Down' to 'down'", "Group = \"Down\"", "Group = \"down\""),
        Trainable("group of two words", new GroupNameFix(), "Change 'up+down' to 'up-down'", "Group = \"up+down\"", "Group = \"up-down\""),
        Trainable("condition misspelt", new MemberNameFix(), "Change 'Flga' to 'Flag'", "When = \"Flga\"", "When = nameof(Flag)"),
        Trainable("first values misspelt", new MemberNameFix(), "Change 'Frist' to 'First'", "From = \"Frist\"", "From = nameof(First)"),
        Member("trainable with a setter", new TrainableFix(), "Declare { get; }",
            "[Trainable(\"In\")] private partial Tensor A { get; set; } // a",
            "[Trainable(\"In\")] private partial Tensor A { get; } // a"),
        Member("static trainable", new TrainableFix(), "Declare { get; }", "[Trainable(\"In\")] private static partial Tensor A { get; }",
            "[Trainable(\"In\")] private partial Tensor A { get; }"),
        Member("range without a number", new OptionRangeFix(), "Swap Min and Max",
            "[Option(Min = 4, Max = 1)] public int Rank { get; init; } = 2;",
            "[Option(Min = 1, Max = 4)] public int Rank { get; init; } = 2;"),
        Member(
            "range of a flag",
            new OptionRangeFix(),
            "Remove the range",
            "[Option(Max = 1, Description = \"d\")] public bool Flag { get; init; }",
            "[Option(Description = \"d\")] public bool Flag { get; init; }"),
        Member("range and nothing else of a flag", new OptionRangeFix(), "Remove the range",
            "[Option(Min = 0, Max = 1)] public bool Flag { get; init; }", "[Option] public bool Flag { get; init; }"),
        Delta("delta without the claim", "", ", Mergeable = true"),
        Delta("delta with the claim denied", ", Mergeable = false, IdentityAtInit = true", ", Mergeable = true, IdentityAtInit = true"),
        Field("field that is missing", "[ProjectionSite(Site.Query, \"qeury\")]", "[ProjectionSite(Site.Query, nameof(query))]"),
        Field("field of another layer", "[ProjectionSite(Site.Query, linear: nameof(norm))]",
            "[ProjectionSite(Site.Query, linear: nameof(query))]"),
        Trainable("group with a letter too many", new GroupNameFix(), "Change 'upp' to 'up'", "Group = \"upp\"", "Group = \"up\""),
        new(
            "layer that is not marked",
            new HostFix(),
            "Add [InjectionHost]",
            Layer("[ProjectionSite(Site.Query, nameof(query))]", "Query(x)")[16..],
            Layer("[ProjectionSite(Site.Query, nameof(query))]", "Query(x)")),
        new(
            "documented layer that is not marked",
            new HostFix(),
            "Add [InjectionHost]",
            Indented("    [Obsolete]\n    ", Layer("[ProjectionSite(Site.Query, nameof(query))]", "Query(x)")[16..]),
            Indented("    [InjectionHost]\n    [Obsolete]\n    ", Layer("[ProjectionSite(Site.Query, nameof(query))]", "Query(x)")[16..])),
        new(
            "layer called past its site",
            new SiteCallFix(),
            "Call Query",
            Layer("[ProjectionSite(Site.Query, nameof(query))]", "Query(x) + this.query.call(x + 1) /* twice */"),
            Layer("[ProjectionSite(Site.Query, nameof(query))]", "Query(x) + Query(x + 1) /* twice */")),
    ];

    private static CodeFixCase Trainable(string name, CodeFixProvider fix, string title, string before, string after) => new(
        name, fix, title, WithTrainable(before), WithTrainable(after));

    private static string WithTrainable(string settings) => MemberFixCases.Class(
        $"[Trainable(\"In\", {settings})] private partial Tensor A {{ get; }}\n    private Tensor First => FrozenWeight;\n    private "
            + "bool Flag => true;");

    private static CodeFixCase Member(string name, CodeFixProvider fix, string title, string before, string after) => new(
        name, fix, title, MemberFixCases.Class(before), MemberFixCases.Class(after));

    private static CodeFixCase Delta(string name, string before, string after) => new(
        name, new MergeableFix(), "Declare Mergeable = true", WithDelta(before), WithDelta(after));

    private static string WithDelta(string settings) =>
        $"[PeftMethod(\"m\"{settings})] [InjectAt(Site.Query)]\ninternal sealed partial class M : ProjectionMethod {{ {Formula} "
            + $"protected override WeightDelta? Delta() => null; }}";

    private static CodeFixCase Field(string name, string before, string after) => new(
        name, new SiteFieldFix(), "Use 'query'", Layer(before, "Query(x)"), Layer(after, "Query(x)"));

    private static string Indented(string attributes, string type) =>
        "namespace A\n{\n    /// <summary>L.</summary>\n" + attributes + type + "\n}";

    private static string Layer(string attribute, string formula) =>
        "[InjectionHost]\n"
        + "internal sealed partial class Layer\n{\n    private readonly Linear query = null!;\n    private readonly LayerNorm norm = "
            + "null!;\n    private readonly Linear? optional = null;\n    "
        + attribute + " private partial Tensor Query(Tensor x);\n    public Tensor Forward(Tensor x) => " + formula
            + ";\n    public object? Other => optional ?? (object)norm;\n}";
}
