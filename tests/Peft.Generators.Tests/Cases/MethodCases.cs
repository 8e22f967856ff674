namespace Peft.Generators.Tests;

/// <summary>Errors in a method's attributes and base class.</summary>
internal static class MethodCases
{
    private const string Formula = "protected override Tensor Apply(Tensor x, Tensor y) => y;";

    public static IReadOnlyList<DiagnosticCase> All { get; } =
    [
        new(
            "method class is not partial",
            $$"""
            [PeftMethod("m")] [InjectAt(Site.Query)]
            internal sealed class [|M|] : ProjectionMethod { {{Formula}} }
            """,
            ("PEFT001", "Class 'M' must be declared partial")),
        new(
            "containing type is not partial",
            $$"""
            internal class [|Outer|]
            {
                [PeftMethod("m")] [InjectAt(Site.Query)]
                internal sealed partial class M : ProjectionMethod { {{Formula}} }
            }
            """,
            ("PEFT001", "Containing type 'Outer' must be declared partial")),
        new(
            "method class with trainables is not partial",
            $$"""
            [PeftMethod("m")] [InjectAt(Site.Query)]
            internal sealed class [|M|] : ProjectionMethod
            {
                [Trainable("In")] private partial Tensor A { get; }
                [Trainable("Out")] private partial Tensor B { get; }
                protected override Tensor Apply(Tensor x, Tensor y) => y + A + B;
            }
            internal static class Use { public static MethodDescriptor Find() => M.Descriptor; }
            """,
            ("PEFT001", "Class 'M' must be declared partial"))
        {
            CompilerErrors = ["CS0260"],
        },
        new(
            "no method base",
            """
            [PeftMethod("m")] [InjectAt(Site.Query)]
            internal sealed partial class [|M|] { [Trainable("Rank")] private partial Tensor A { get; } public Tensor B => A; }
            """,
            ("PEFT002", "Class 'M' must derive from a base class of methods: ProjectionMethod, StreamMethod, NormMethod, "
                + "AttentionMethod, EmbeddingMethod, "
                + "CompositeMethod or UnfreezingMethod")),
        new(
            "base class that is a method",
            $$"""
            [PeftMethod("a")] [InjectAt(Site.Query)]
            internal partial class A : ProjectionMethod
            {
                [Option] public int Rank { get; init; } = 8;
                [Trainable("Rank, In")] private partial Tensor Down { get; }
                protected override Tensor Apply(Tensor x, Tensor y) => y + Down;
            }
            [PeftMethod("b")] [InjectAt(Site.Query)]
            internal sealed partial class [|B|] : A
            {
                [Trainable("Rank, In")] private partial Tensor Down { get; }
                protected override Tensor Apply(Tensor x, Tensor y) => base.Apply(x, y) + Down;
            }
            internal static class Use { public static MethodDescriptor Find() => B.Descriptor; }
            """,
            BaseIsMethod("B", "A")),
        new(
            "base class of a base class that is a method",
            $$"""
            [PeftMethod("a")] [InjectAt(Site.Query)] internal partial class A : ProjectionMethod { {{Formula}} }
            internal abstract class Middle : A;
            [PeftMethod("b")] [InjectAt(Site.Query)] internal sealed partial class [|B|] : Middle;
            """,
            BaseIsMethod("B", "A")),
        new(
            "composite whose base class is a composite",
            """
            [PeftMethod("a")] [Part("lora")] internal partial class A : CompositeMethod;
            [PeftMethod("b")] [Part("lora"), Part("houlsby")] internal sealed partial class [|B|] : A;
            """,
            BaseIsMethod("B", "A")),
        new(
            "base class without the attribute",
            $$"""
            internal abstract class Shared : ProjectionMethod { [Option] public int Rank { get; init; } = 8; {{Formula}} }
            [PeftMethod("a")] [InjectAt(Site.Query)] internal sealed partial class A : Shared;
            [PeftMethod("b")] [InjectAt(Site.Query)] internal sealed partial class B : Shared;
            """),
        new(
            "name with a capital letter",
            Class("[PeftMethod([|\"Lora\"|])] [InjectAt(Site.Query)]", Formula),
            ("PEFT004", "Method name 'Lora' must start with a lower case letter and hold only lower case letters, digits and dashes")),
        new(
            "name with a line end",
            Class("[PeftMethod([|\"lora\\n\"|])] [InjectAt(Site.Query)]", Formula),
            ("PEFT004", "Method name 'lora\n' must start with a lower case letter and hold only lower case letters, digits and dashes")),
        new(
            "empty name",
            Class("[PeftMethod([|\"\"|])] [InjectAt(Site.Query)]", Formula),
            ("PEFT004", "Method name '' must start with a lower case letter and hold only lower case letters, digits and dashes")),
        new(
            "name taken",
            $$"""
            namespace A { [PeftMethod("m")] [InjectAt(Site.Query)] internal sealed partial class M : ProjectionMethod { {{Formula}} } }
            namespace B { [PeftMethod([|"m"|])] [InjectAt(Site.Query)] internal sealed partial class M : ProjectionMethod { {{Formula}} } }
            namespace C { [PeftMethod([|"m"|])] [InjectAt(Site.Query)] internal sealed partial class M : ProjectionMethod { {{Formula}} } }
            """,
            ("PEFT005", "Method name 'm' is taken by class 'A.M'"),
            ("PEFT005", "Method name 'm' is taken by class 'A.M'")),
        new(
            "no sites",
            $"[PeftMethod(\"m\")] internal sealed partial class [|M|] : ProjectionMethod {{ {Formula} }}",
            ("PEFT006", "Method class 'M' names no site; add [InjectAt(...)] with at least one projection site")),
        new(
            "empty list of sites",
            """
            [PeftMethod("m")] [[|InjectAt|]]
            internal sealed partial class M : StreamMethod { protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden; }
            """,
            ("PEFT006", "Method class 'M' names no site; add [InjectAt(...)] with at least one stream site")),
        new(
            "stream site for a projection method",
            Class("[PeftMethod(\"m\")] [InjectAt(Site.Query, [|Site.AfterAttention|])]", Formula),
            ("PEFT007", "Site 'AfterAttention' is of kind stream, but 'M' derives from ProjectionMethod; "
                + "its sites are Query, Key, Value, AttentionOutput, FeedForwardUp, FeedForwardDown, Pooler")),
        new(
            "projection site for a stream method",
            """
            [PeftMethod("m")] [InjectAt([|Site.Key|])]
            internal sealed partial class M : StreamMethod { protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden; }
            """,
            ("PEFT007", "Site 'Key' is of kind projection, but 'M' derives from StreamMethod; "
                + "its sites are AfterAttention, BeforeFeedForwardDropout, AfterFeedForward")),
        new(
            "mergeable without a delta",
            Class("[PeftMethod(\"m\", [|Mergeable = true|])] [InjectAt(Site.Query)]", Formula),
            ("PEFT008", "Method class 'M' says Mergeable = true but does not override Delta(); add "
                + "'protected override WeightDelta? Delta() => new(...);'")),
        new(
            "mergeable stream method",
            """
            [PeftMethod("m", [|Mergeable = true|])] [InjectAt(Site.AfterAttention)]
            internal sealed partial class M : StreamMethod { protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden; }
            """,
            ("PEFT008", "Method class 'M' says Mergeable = true but a stream method has no weight to merge into; remove it")),
        new(
            "attention site for a norm method",
            """
            [PeftMethod("m")] [InjectAt([|Site.Attention|])]
            internal sealed partial class M : NormMethod { protected override NormParameters Apply(NormParameters norm) => norm; }
            """,
            ("PEFT007", "Site 'Attention' is of kind attention, but 'M' derives from NormMethod; its sites are EmbeddingNorm, "
                + "AttentionNorm, FeedForwardNorm, FinalNorm")),
        new(
            "name of the mixture",
            Class("[PeftMethod([|\"adamix\"|])] [InjectAt(Site.Query)]", Formula),
            ("PEFT025", "Method name 'adamix' is reserved for mixtures of methods")),
        new(
            "delta without the claim",
            Class("[PeftMethod(\"m\")] [InjectAt(Site.Query)]", Formula + " protected override WeightDelta? [|Delta|]() => null;"),
            ("PEFT032", "Method class 'M' overrides Delta() but does not say that it is mergeable; write "
                + "[PeftMethod(\"m\", Mergeable = true)]")),
        new(
            "delta with the claim denied",
            Class("[PeftMethod(\"m\", Mergeable = false, IdentityAtInit = true)] [InjectAt(Site.Query)]",
                Formula + " protected override WeightDelta? [|Delta|]() => null;"),
            ("PEFT032", "Method class 'M' overrides Delta() but does not say that it is mergeable; write [PeftMethod(\"m\", "
                + "IdentityAtInit = true, Mergeable = true)]")),
        new(
            "composite of itself",
            "[PeftMethod([|\"m\"|])] [Part(\"lora\"), Part(\"m\")] internal sealed partial class M : CompositeMethod;",
            ("PEFT026", "Composite 'm' is made of itself: m > m")),
        new(
            "composites of each other",
            """
            [PeftMethod([|"a"|])] [Part("b")] internal sealed partial class A : CompositeMethod;
            [PeftMethod([|"b"|])] [Part("lora"), Part("c")] internal sealed partial class B : CompositeMethod;
            [PeftMethod([|"c"|])] [Part("a")] internal sealed partial class C : CompositeMethod;
            [PeftMethod("d")] [Part("a"), Part("b")] internal sealed partial class D : CompositeMethod;
            """,
            ("PEFT026", "Composite 'a' is made of itself: a > b > c > a"),
            ("PEFT026", "Composite 'b' is made of itself: b > c > a > b"),
            ("PEFT026", "Composite 'c' is made of itself: c > a > b > c")),
        new(
            "part named twice",
            "[PeftMethod(\"m\")] [Part(\"lora\"), Part([|\"lora\"|], \"rank=2\")] internal sealed partial class M : CompositeMethod;",
            ("PEFT027", "Part 'lora' of composite 'M' is named twice")),
        new(
            "part with a name that no method has",
            "[PeftMethod(\"m\")] [Part([|\"LoRA\"|])] internal sealed partial class M : CompositeMethod;",
            ("PEFT004", "Method name 'LoRA' must start with a lower case letter and hold only lower case letters, digits and dashes")),
        new(
            "composite without parts",
            "[PeftMethod(\"m\")] internal sealed partial class [|M|] : CompositeMethod;",
            ("PEFT019", "Composite 'M' names no part; add [Part(\"method\")] for each method it is made of")),
        new(
            "option of a part without a value",
            "[PeftMethod(\"m\")] [Part(\"lora\", \"rank=8\", [|\"alpha\"|], [|\"=2\"|])] internal sealed partial class M : "
                + "CompositeMethod;",
            ("PEFT020", "'alpha' is no default for an option of part 'lora'; write \"option=value\""),
            ("PEFT020", "'=2' is no default for an option of part 'lora'; write \"option=value\"")),
    ];

    private static (string Id, string Message) BaseIsMethod(string type, string method) =>
        ("PEFT035", $"Class '{type}' cannot be a method: its base class '{method}' is a method already; put what they share into an "
            + "abstract class without [PeftMethod]");

    private static string Class(string attributes, string body) =>
        $"{attributes} internal sealed partial class M : ProjectionMethod {{ {body} }}";
}
