using Microsoft.CodeAnalysis;
using Xunit.Sdk;

namespace Peft.Generators.Tests;

/// <summary>The guard itself can fail.</summary>
public class ReachabilityGuardTests
{
    private static readonly SyntaxTree s_tree = GeneratorHarness.Parse("class C;", 0);

    public static TheoryData<string> Kinds => ["symbol", "node", "tree", "compilation", "location"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_forbidden_object_is_found_wherever_it_hides(string kind)
    {
        var thing = Make(kind);

        Assert.Throws<TrueException>(() => ReachabilityGuard.Check(thing));
        Assert.Throws<TrueException>(() => ReachabilityGuard.Check(new Holder("model", [new Holder("inner", [thing])])));
    }

    [Fact]
    public void A_model_of_strings_passes() => ReachabilityGuard.Check(new Holder("model", [new Holder("inner", ["text", 1, true])]));

    private static object Make(string kind)
    {
        var compilation = GeneratorHarness.Compile().AddSyntaxTrees(s_tree);
        var root = s_tree.GetRoot(TestContext.Current.CancellationToken);
        return kind switch
        {
            "symbol" => compilation.GetTypeByMetadataName("C")!,
            "node" => root,
            "tree" => s_tree,
            "compilation" => compilation,
            _ => root.GetLocation(),
        };
    }

    private sealed record Holder(string Name, object[] Items);
}
