namespace Peft.Generators.Tests;

/// <summary>What the generators write, as files to read.</summary>
public class BaselineTests
{
    private const string ImplicitUsings = "global using System;\nglobal using System.Collections.Generic;\nglobal using System.Linq;\n";

    [Theory]
    [InlineData("Lora")]
    [InlineData("Houlsby")]
    public void Method_of_this_repository(string method)
    {
        var run = GeneratorHarness.RunClean(Method(method), ImplicitUsings);

        Baseline.Check(method, run.Text);
    }

    [Fact]
    public void Backbone_layer()
    {
        var run = GeneratorHarness.RunClean(
            GeneratorHarness.Usings
            + """
            namespace Backbones;

            [InjectionHost]
            internal sealed partial class Layer(Linear first, Linear second, LayerNorm norm)
            {
                private readonly Linear query = first;
                private readonly Linear value = second;
                private readonly LayerNorm LayerNorm = norm;

                public Tensor Forward(Tensor x) => LayerNorm.call(AfterAttention(Value(Query(x)), x));

                [ProjectionSite(Site.Query, nameof(query))]
                private partial Tensor Query(Tensor x);

                [ProjectionSite(Site.Value, nameof(value))]
                private partial Tensor Value(Tensor x);

                [StreamSite(Site.AfterAttention, nameof(LayerNorm))]
                private partial Tensor AfterAttention(Tensor hidden, Tensor residual);
            }
            """);

        Baseline.Check("BackboneLayer", run.Text);
    }

    /// <summary>Trainables that all sites share, that depend on an option, that are not mixed.</summary>
    [Theory]
    [InlineData("Prefix")]
    [InlineData("Compacter")]
    [InlineData("BitFit")]
    public void Method_of_another_kind(string method) =>
        Baseline.Check(method, GeneratorHarness.RunClean(Method(method), ImplicitUsings).Text);

    [Fact]
    public void Layer_with_sites_of_every_kind() => Baseline.Check(
        "SitesOfEveryKind",
        GeneratorHarness.RunClean(
            GeneratorHarness.Usings
            + """
            namespace Backbones;

            [InjectionHost]
            internal sealed partial class Layer(Embedding words, Linear map, LayerNorm layerNorm)
            {
                private readonly Embedding embedding = words;
                private readonly Linear key = map;
                private readonly LayerNorm norm = layerNorm;

                public Tensor Forward(Tensor x)
                {
                    var inputs = Attend(x, new AttentionInputs(x, Prepend(x), null));
                    return Normalize(After(Key(inputs.Key), x));
                }

                [EmbeddingSite(Site.WordEmbeddings, nameof(embedding))]
                private partial Tensor Prepend(Tensor words);

                [ProjectionSite(Site.Key, nameof(key))]
                private partial Tensor Key(Tensor x);

                [AttentionSite(Site.Attention, nameof(key))]
                private partial AttentionInputs Attend(Tensor hidden, AttentionInputs own);

                [StreamSite(Site.AfterAttention, nameof(norm))]
                private partial Tensor After(Tensor hidden, Tensor residual);

                [NormSite(Site.AttentionNorm, nameof(norm))]
                private partial Tensor Normalize(Tensor x);
            }
            """).Text);

    [Fact]
    public void Options_of_all_types() => Baseline.Check("OptionsOfAllTypes", GeneratorHarness.RunClean(Sources.AllOptions).Text);

    [Fact]
    public void Shapes_groups_and_names() => Baseline.Check("Shapes", GeneratorHarness.RunClean(Sources.Shapes).Text);

    /// <summary>The source of a method, in a file or a small folder.</summary>
    private static string Method(string name) =>
        Repository.Read(Assert.Single(Directory.GetFiles(Repository.PathOf("plugins"), name + ".cs", SearchOption.AllDirectories)));
}
