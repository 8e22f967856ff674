namespace Peft.Generators.Tests;

/// <summary>Method classes that cannot be made by name.</summary>
internal static class CreationCases
{
    public static IReadOnlyList<DiagnosticCase> All { get; } =
    [
        Case("internal abstract partial class [|M|]", "", "it is abstract"),
        Case("internal sealed partial class [|M|]<T>", "", "it is generic or nested in a generic type"),
        Case("file sealed partial class [|M|]", "", "it is file-local") with { CompilerErrors = ["CS9248"] },
        Case("internal sealed partial class [|M|]", "public M(int rank) { _ = rank; }", "it has no constructor without parameters"),
        Case("internal sealed partial class [|M|]", "public required int Rank { get; init; }", "its member 'Rank' is required"),
        Nested("private sealed partial class [|M|]", "Outer", "it is not accessible from the whole assembly"),
        Nested("internal sealed partial class [|M|]", "Outer<T>", "it is generic or nested in a generic type"),
    ];

    private static DiagnosticCase Case(string declaration, string member, string problem) => new(
        $"{declaration.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal)} {{ {member} }}",
        $$"""
        [PeftMethod("m")] [InjectAt(Site.Query)]
        {{declaration}} : ProjectionMethod
        {
            {{member}}
            [Trainable("In")] private partial Tensor A { get; }
            protected override Tensor Apply(Tensor x, Tensor y) => y + A;
        }
        """,
        ("PEFT003", $"Method class 'M' cannot be created: {problem}"));

    private static DiagnosticCase Nested(string declaration, string outer, string problem)
    {
        var inner = Case(declaration, "", problem);
        return inner with { Name = inner.Name + " in " + outer, Source = $"internal partial class {outer} {{ {inner.Source} }}" };
    }
}
