using Peft.CodeFixes;

namespace Peft.Generators.Tests;

/// <summary>Sites and deltas that are missing.</summary>
internal static class MethodFixCases
{
    private const string Body = "internal sealed partial class M : ProjectionMethod\n{\n    protected override Tensor Apply(Tensor x, "
        + "Tensor y) => y;\n}";
    private const string Delta = "\n\n    protected override WeightDelta? Delta() => throw new System.NotImplementedException();\n}";

    public static IReadOnlyList<CodeFixCase> All { get; } =
    [
        new(
            "site below the method's attribute",
            new AddSiteFix(),
            "Inject at Query",
            "[PeftMethod(\"m\")]\n" + Body,
            "[PeftMethod(\"m\")]\n[InjectAt(Site.Query)]\n" + Body),
        new(
            "site in an indented class with documentation",
            new AddSiteFix(),
            "Inject at AttentionOutput",
            "namespace A\n{\n    /// <summary>M.</summary>\n    [PeftMethod(\"m\")]\n    " + Body + "\n}",
            "namespace A\n{\n    /// <summary>M.</summary>\n    [PeftMethod(\"m\")]\n    [InjectAt(Site.AttentionOutput)]\n    " + Body
                + "\n}"),
        new(
            "site for an attribute with its namespace",
            new AddSiteFix(),
            "Inject at Value",
            "[Peft.PeftMethod(\"m\")]\n" + Body,
            "[Peft.PeftMethod(\"m\")]\n[Peft.InjectAt(Peft.Site.Value)]\n" + Body),
        new(
            "site in an empty list",
            new AddSiteFix(),
            "Inject at Key",
            "[PeftMethod(\"m\"), InjectAt]\n" + Body,
            "[PeftMethod(\"m\"), InjectAt(Site.Key)]\n" + Body),
        new(
            "delta that is missing",
            new DeltaFix(),
            "Override Delta()",
            "[PeftMethod(\"m\", Mergeable = true)]\n[InjectAt(Site.Query)]\n" + Body,
            "[PeftMethod(\"m\", Mergeable = true)]\n[InjectAt(Site.Query)]\n" + Body[..^2] + Delta),
        new(
            "claim to be mergeable",
            new DeltaFix(),
            "Remove Mergeable",
            "[PeftMethod(\"m\", Mergeable = true, IdentityAtInit = true)]\n[InjectAt(Site.Query)]\n" + Body,
            "[PeftMethod(\"m\", IdentityAtInit = true)]\n[InjectAt(Site.Query)]\n" + Body),
    ];
}
