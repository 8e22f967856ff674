using Peft.Methods;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Tests.Conformance;

/// <summary>The adapter of Lin et al. at one place, beside its formula written out.</summary>
public sealed class LinAdapterTests
{
    [Fact]
    public void The_change_is_a_bottleneck_of_the_normalised_sum_with_the_residual()
    {
        using var scope = NewDisposeScope();
        using var model = new PeftModel(Peft.Tests.Decoding.TinyDecoder.Model());
        var settings = new Dictionary<string, string> { ["lin-adapter.size"] = "3" };
        var adapter = model.Attach(MethodExpression.Parse(new MethodRegistry().Add<LinAdapter>(), "lin-adapter", settings), seed: 1);
        Assert.Equal(2, AdapterPlaces.List(adapter).Count); // one for each layer
        using var frozen = no_grad();
        using var generator = new Generator(2);
        foreach (var (_, parameter) in adapter.NamedParameters)
            parameter.add_(parameter.zeros_like().normal_(0, 0.3, generator));

        var point = (StreamPoint)model.Sites.First(site => site.Site == Site.AfterFeedForward).Point;
        var width = Value("normWeight").shape[0];
        var (hidden, residual) = (Random(), Random());
        var sum = hidden + residual;
        var centred = sum - sum.mean([-1], keepdim: true);
        var normalised = centred / (centred.pow(2).mean([-1], keepdim: true) + 1e-5).sqrt() * Value("normWeight") + Value("normBias");
        var inner = functional.relu(normalised.matmul(Value("downWeight").t()) + Value("downBias"));
        var expected = hidden + inner.matmul(Value("upWeight").t()) + Value("upBias");
        Assert.True((point.Apply(hidden, residual) - expected).abs().max().item<double>() <= 1e-10);

        Tensor Random() => randn([2, 4, width], dtype: ScalarType.Float64, generator: generator);
        Tensor Value(string name) =>
            adapter.NamedParameters.First(pair => pair.Key.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)).Parameter;
    }
}
