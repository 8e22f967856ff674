namespace Peft.Generators.Tests;

/// <summary>Layers wherever C# lets classes be.</summary>
public class HostShapeTests
{
    private const string Members =
        """
        private readonly Linear query = null!;
        [ProjectionSite(Site.Query, nameof(query))] private partial Tensor Query(Tensor x);
        public Tensor Forward(Tensor x) => Query(x);
        """;

    [Theory]
    [InlineData("[InjectionHost] internal partial class Layer { * }")]
    [InlineData("namespace @namespace.Inner; [InjectionHost] internal partial class @class { * }")]
    [InlineData("namespace A; internal partial class Outer<T> where T : class { partial struct Middle { [InjectionHost] private sealed "
        + "partial class Layer<U> { * } } }")]
    [InlineData("namespace A; internal partial interface IOuter<T> { [InjectionHost] public sealed partial class Layer { * } }")]
    [InlineData("internal partial record Outer { internal partial record struct Middle { [InjectionHost] internal partial record Layer "
        + "{ * } } }")]
    [InlineData("[InjectionHost] internal partial class Layer<T> { * } [InjectionHost] internal partial class Layer { * }")]
    [InlineData("[InjectionHost] internal partial class Layer { * } internal partial class Derived : Layer;")]
    public void Place(string source)
    {
        var run = GeneratorHarness.RunClean(GeneratorHarness.Usings + source.Replace("*", Members, StringComparison.Ordinal));

        Assert.All(run.Sources, generated => Assert.Contains(
            "=> QueryPoint.Apply(x);", generated.SourceText.ToString(), StringComparison.Ordinal));
        Assert.NotEmpty(run.Sources);
    }

    [Fact]
    public void Names_that_are_taken_are_avoided()
    {
        var run = GeneratorHarness.RunClean(
            GeneratorHarness.Usings
            + """
            [InjectionHost]
            internal partial class Layer
            {
                private readonly Linear @in = null!;
                private readonly int _queryPoint = 1, QueryPoint = 2, _injectionPoints = 3;
                [ProjectionSite(Site.Query, "in")] private protected virtual partial Tensor Query(Tensor @this);
                public int Sum => _queryPoint + QueryPoint + _injectionPoints;
            }
            """);

        Assert.Contains("=> QueryPoint2.Apply(@this);", run.Text, StringComparison.Ordinal);
        Assert.Contains("\"in\", () => @in)", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_in_two_parts_is_written_once()
    {
        var first = GeneratorHarness.Usings + "[InjectionHost] internal partial class Layer { " + Members + " }";
        var second = GeneratorHarness.Usings
            + """
            internal partial class Layer
            {
                private readonly LayerNorm norm = null!;
                [StreamSite(Site.AfterAttention, nameof(norm))] public partial Tensor After(Tensor hidden, Tensor residual);
            }
            """;

        var run = GeneratorHarness.RunClean(first, second);

        Assert.Contains("{ QueryPoint, AfterPoint }", Assert.Single(run.Sources).SourceText.ToString(), StringComparison.Ordinal);
    }
}
