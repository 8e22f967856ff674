using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Conformance.Tests;

/// <summary>An author's wrong shape is told with the method, the module and the shapes.</summary>
public sealed class MethodShapeTests
{
    private const string Query = "bert.encoder.layer.0.attention.self.query";

    [Theory]
    [InlineData("wrong-product")]
    [InlineData("adamix(wrong-product)")]
    public void A_product_that_does_not_fit_names_the_trainable(string expression)
    {
        var problem = Assert.Throws<MethodShapeException>(() => Run(expression));

        Assert.Equal(
            $"method 'wrong-product' at {Query} (site Query): Apply failed: mat1 and mat2 shapes cannot be multiplied (24x16 and 4x16); "
                + "4x16 is the shape of A. Inputs x [4, 6, 16], y [4, 6, 16]; trainables A [4, 16], B [16, 4], Gain [16].",
            problem.Message);
        Assert.Equal(("wrong-product", Query, Site.Query), (problem.Method, problem.Module, problem.Site));
        Assert.IsAssignableFrom<ExternalException>(problem.InnerException);
    }

    [Theory]
    [InlineData("wrong-result", "encoder.layer.0.attention.self.query (site Query): Apply must give the shape of y, but gives [4, 6, 3]. "
        + "Inputs x [4, 6, 16], y [4, 6, 16]; trainables A [3, 16].")]
    [InlineData("wrong-stream", "encoder.layer.0.output (site AfterFeedForward): Apply must give the shape of hidden, but gives [4, 16]. "
        + "Inputs hidden [4, 6, 16]; trainables none.")]
    [InlineData("wrong-norm", "encoder.layer.0.attention.output.LayerNorm (site AttentionNorm): Apply must give a weight [16], but gives "
        + "[2, 16]. Inputs weight [16], bias [16]; trainables W [2, 16].")]
    [InlineData("wrong-keys", "encoder.layer.0.attention.self (site Attention): Apply must give keys [batch or 1, added, 16], but gives "
        + "[2, 16]. Inputs hidden [4, 6, 16]; trainables P [2, 16].")]
    [InlineData("wrong-prompt", "bert.embeddings (site WordEmbeddings): Apply must give embeddings [virtual tokens, 16], but gives [2, 8]. "
        + "No inputs; trainables P [2, 8].")]
    public void A_result_of_another_shape_is_refused(string method, string message) => Assert.EndsWith(
        message, Assert.Throws<MethodShapeException>(() => Run(method)).Message);

    [Fact]
    public void Another_error_of_libtorch_is_left_alone() => Assert.IsNotType<MethodShapeException>(
        Record.Exception(() => Run("wrong-dtype")));

    [Fact]
    public void The_check_of_a_result_allocates_nothing()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (ones(4, 6, 16), zeros(4, 6, 16));
        var areAlike = typeof(MethodShapeException).GetMethod("AreAlike", BindingFlags.NonPublic | BindingFlags.Static)!
            .CreateDelegate<Func<Tensor, Tensor, bool>>();
        Assert.True(areAlike(a, b));
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 10_000; i++)
            areAlike(a, b);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 10_000, $"{allocated} bytes in 10,000 checks");
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalNanoseconds / 10_000:F0} ns");
        Assert.True(watch.Elapsed.TotalMicroseconds / 10_000 < 20, $"{watch.Elapsed.TotalMicroseconds / 10_000} microseconds a check");
    }

    private static void Run(string expression)
    {
        using var scope = NewDisposeScope();
        var registry = new MethodRegistry().Add<WrongProduct>().Add<WrongResult>().Add<WrongStream>().Add<WrongNorm>().Add<WrongKeys>()
            .Add<WrongPrompt>().Add<WrongDtype>();
        var config = new EncoderConfig
        {
            Family = EncoderFamily.Bert, VocabularySize = 37, HiddenSize = 16, Layers = 2, Heads = 4, IntermediateSize = 24,
            MaxPositions = 24, Labels = 3,
        };
        var classifier = new SequenceClassifier(config);
        var model = new PeftModel(classifier, SequenceClassifier.HeadName);
        model.Attach(MethodExpression.Parse(registry, expression, new Dictionary<string, string>()), seed: 1);
        model.Run(() => classifier.call(new EncoderInputs(ones([4, 6], dtype: ScalarType.Int64), null)));
    }
}

/// <summary>Multiplies by A where its transpose is meant.</summary>
[PeftMethod("wrong-product")]
[InjectAt(Site.Query)]
public sealed partial class WrongProduct : ProjectionMethod
{
    [Trainable("4, In", Group = "down")] private partial Tensor A { get; }

    [Trainable("Out, 4", Group = "up")] private partial Tensor B { get; }

    [Trainable("Out", Group = "up")] private partial Tensor Gain { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + nn.functional.linear(nn.functional.linear(x, A.t()), B) * Gain;
}

/// <summary>Gives three features for the linear map's sixteen.</summary>
[PeftMethod("wrong-result")]
[InjectAt(Site.Query)]
public sealed partial class WrongResult : ProjectionMethod
{
    [Trainable("3, In")] private partial Tensor A { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => nn.functional.linear(x, A);
}

/// <summary>Averages over tokens, so that their dimension is gone.</summary>
[PeftMethod("wrong-stream")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class WrongStream : StreamMethod
{
    protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden.mean([1]);
}

/// <summary>Gives two weights.</summary>
[PeftMethod("wrong-norm")]
[InjectAt(Site.AttentionNorm)]
public sealed partial class WrongNorm : NormMethod
{
    [Trainable("2, Hidden")] private partial Tensor W { get; }

    protected override NormParameters Apply(NormParameters norm) => norm with { Weight = norm.Weight + W };
}

/// <summary>Forgets the batch.</summary>
[PeftMethod("wrong-keys")]
[InjectAt(Site.Attention)]
public sealed partial class WrongKeys : AttentionMethod
{
    [Trainable("2, Hidden")] private partial Tensor P { get; }

    protected override KeysAndValues Apply(Tensor hidden) => new(P, P);
}

/// <summary>Gives embeddings of another width.</summary>
[PeftMethod("wrong-prompt")]
[InjectAt(Site.WordEmbeddings)]
public sealed partial class WrongPrompt : EmbeddingMethod
{
    [Trainable("2, 8")] private partial Tensor P { get; }

    protected override Tensor Apply() => P;
}

/// <summary>Multiplies tensors of different types.</summary>
[PeftMethod("wrong-dtype")]
[InjectAt(Site.Query)]
public sealed partial class WrongDtype : ProjectionMethod
{
    [Trainable("Out, In")] private partial Tensor A { get; }

    protected override Tensor Apply(Tensor x, Tensor y) => nn.functional.linear(x, A.to_type(ScalarType.Float64));
}
