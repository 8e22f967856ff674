using ForeignBackbone;
using Peft.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.ForeignBackbones;

/// <summary>What was generated for a backbone outside the libraries works as in theirs.</summary>
public sealed class InjectionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DistilClassifier _backbone;
    private readonly PeftModel _model;
    private readonly Tensor _ids;
    private readonly Tensor _base;

    public InjectionTests()
    {
        manual_seed(3);
        _backbone = new DistilClassifier();
        _backbone.eval();
        _model = new PeftModel(_backbone, DistilClassifier.HeadName);
        _ids = randint(0, 50, [5, 7]);
        _base = Forward();
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Every_annotated_site_is_offered_under_its_checkpoint_name()
    {
        Assert.Equal(16, _model.Sites.Count);
        Assert.Contains(_model.Sites, site => site is { Path: "layer.1.attention.q_lin", Layer: 1, Site: Site.Query });
        Assert.Contains(_model.Sites, site => site is { Path: "layer.0.lin2", Layer: 0, Site: Site.FeedForwardDown });
        Assert.Contains(_model.Sites, site => site is { Path: "layer.1", Site: Site.AfterFeedForward });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fresh_lora_is_the_identity_and_its_gradients_stay_in_the_adapter_and_the_head(bool mixed)
    {
        Attach(mixed);
        Assert.Equal(0, Difference(Forward(), _base), 1e-6);

        Perturb();
        _backbone.train();
        MixtureObjective.Loss(_model, Forward, logits => nn.functional.cross_entropy(
            logits, tensor(new long[] { 0, 1, 2, 0, 1 }))).Loss.backward();

        Assert.All(_model.HeadParameters, pair => Assert.NotNull(pair.Parameter.grad));
        Assert.Contains(_model.Adapter!.NamedParameters, pair => pair.Parameter.grad is { } gradient
            && gradient.abs().max().ToDouble() > 0);
        if (!mixed)
            Assert.All(_model.Adapter.NamedParameters, pair => Assert.True(pair.Parameter.grad!.abs().max().ToDouble() > 0, pair.Key));
        Assert.All(
            _backbone.named_parameters().Where(pair => !pair.name.StartsWith(DistilClassifier.HeadName, StringComparison.Ordinal)),
            pair => Assert.False(pair.parameter.requires_grad, pair.name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Disabled_it_is_the_backbone_and_merged_it_is_itself(bool mixed)
    {
        Attach(mixed);
        Perturb();
        using var frozen = no_grad();
        var adapted = Forward();
        Assert.True(Difference(adapted, _base) > 1e-3);

        _model.IsEnabled = false;
        Assert.Equal(0, Difference(Forward(), _base));
        _model.IsEnabled = true;
        _model.Merge();
        Assert.Equal(0, Difference(Forward(), adapted), 1e-4);
        _model.Unmerge();
        Assert.Equal(0, Difference(Forward(), adapted), 1e-5);
    }

    [Fact]
    public void A_stream_method_acts_at_the_stream_sites()
    {
        _model.Attach(AdapterSpec.For<Houlsby>(null, ("size", 4)), seed: 1);
        Perturb();

        Assert.True(Difference(Forward(), _base) > 1e-3);
        _model.Detach();
        Assert.Equal(0, Difference(Forward(), _base));
    }

    private void Attach(bool mixed) =>
        _model.Attach(AdapterSpec.For<Lora>(mixed ? new MixtureOptions { Experts = 3 } : null, ("rank", 4)), seed: 1);

    private void Perturb()
    {
        using var frozen = no_grad();
        foreach (var (_, parameter) in _model.Adapter!.NamedParameters)
            parameter.add_(parameter.zeros_like().normal_(0, 0.3));
    }

    private Tensor Forward() => _model.Run(() => _backbone.call(_ids));

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().ToDouble();
}
