using ForeignBackbone;
using Peft.Methods;
using Peft.Models;
using Peft.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>Weight decay depends on what a parameter is, not on what it is called.</summary>
public sealed class WeightDecayTests
{
    private static readonly TrainingOptions s_options = new() { WeightDecay = 10, LearningRate = 0.01, WarmupRatio = 0, MaxGradNorm = 0 };

    public static TheoryData<string> Backbones { get; } = ["bert", "roberta", "gpt2", "foreign", "unusual"];

    /// <summary>After one step with rate 0.01 and decay 10 and zero gradients, what is decayed has 0.9 of its size.</summary>
    [Theory]
    [MemberData(nameof(Backbones))]
    public void Matrices_and_embeddings_shrink_and_norms_and_vectors_do_not(string name)
    {
        using var scope = NewDisposeScope();
        var (model, factors) = Step(name, s_options);
        var norms = model.Backbone.modules().Where(module => module is LayerNorm or Scaled.RmsNorm)
            .SelectMany(module => module.parameters(recurse: false)).Select(parameter => parameter.Handle).ToHashSet();
        Assert.NotEmpty(norms);
        Assert.Contains(factors, factor => factor.Value.Factor < 1);
        Assert.All(factors, pair =>
        {
            var isDecayed = pair.Value.Parameter.dim() > 1 && !norms.Contains(pair.Value.Parameter.Handle);
            Assert.Equal(isDecayed ? 0.9 : 1, pair.Value.Factor, 1e-6);
        });
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void Embeddings_can_be_left_out(string name)
    {
        using var scope = NewDisposeScope();
        var (model, factors) = Step(name, s_options with { NoEmbeddingDecay = true });
        var embeddings = model.Backbone.modules().OfType<Embedding>().SelectMany(module => module.parameters(recurse: false))
            .Select(parameter => parameter.Handle).ToHashSet();
        Assert.NotEmpty(embeddings);
        Assert.All(
            factors.Where(pair => embeddings.Contains(pair.Value.Parameter.Handle)), pair => Assert.Equal(1, pair.Value.Factor, 1e-6));
        Assert.Contains(factors, pair => pair.Value.Factor < 0.95);
    }

    [Fact]
    public void All_parameters_shrink_with_decay_all()
    {
        using var scope = NewDisposeScope();
        Assert.All(Step("gpt2", s_options with { DecayAll = true }).Factors, pair => Assert.Equal(0.9, pair.Value.Factor, 1e-6));
    }

    [Fact]
    public void Of_a_method_matrices_are_decayed_and_vectors_are_not()
    {
        using var scope = NewDisposeScope();
        using var model = new PeftModel(Backbone("bert"), SequenceClassifier.HeadName);
        var registry = new MethodRegistry().AddFrom(typeof(Lora).Assembly);
        model.Attach(MethodExpression.Parse(registry, "houlsby", new Dictionary<string, string>()), seed: 1);
        var kinds = TrainedParameter.List(model).Where(one => !one.Name.StartsWith("classifier", StringComparison.Ordinal)).ToList();
        Assert.Equal([ParameterKind.Matrix, ParameterKind.Vector], kinds.Select(one => one.Kind).Distinct().Order());
        Assert.All(kinds, one => Assert.Equal(one.Parameter.dim() == 1, one.Kind == ParameterKind.Vector));
    }

    private static (PeftModel Model, Dictionary<string, (Parameter Parameter, double Factor)> Factors) Step(
        string name, TrainingOptions options)
    {
        var model = new PeftModel(Backbone(name));
        using (no_grad())
        {
            foreach (var parameter in model.Backbone.parameters())
                parameter.fill_(2);
        }

        foreach (var parameter in model.Backbone.parameters())
            (parameter.requires_grad, parameter.grad) = (true, zeros_like(parameter));
        using var optimizer = new Optimizer(TrainedParameter.List(model), options, totalSteps: 1000000, zeroRatherThanDrop: false);
        optimizer.Step();
        return (model, model.Backbone.named_parameters().ToDictionary(
            pair => pair.name, pair => (pair.parameter, pair.parameter.mean().ToDouble() / 2)));
    }

    private static nn.Module Backbone(string name) => name switch
    {
        "bert" => new SequenceClassifier(TinyEncoder.Config(EncoderFamily.Bert)),
        "roberta" => new MaskedWordModel(TinyEncoder.Config(EncoderFamily.Roberta)),
        "gpt2" => new CausalLanguageModel(Decoding.TinyDecoder.Config()),
        "foreign" => new DistilClassifier(),
        _ => new Scaled(),
    };

    /// <summary>A backbone whose names say nothing, with a norm of its own and one over two dimensions.</summary>
    private sealed class Scaled : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding _layerNorm;
        private readonly Linear _bias;
        private readonly LayerNorm _weight;
        private readonly RmsNorm _matrix;
        private readonly Parameter _offset = new(ones(3));

        public Scaled()
            : base(nameof(Scaled))
        {
            (_layerNorm, _bias, _weight, _matrix) = (nn.Embedding(5, 3), nn.Linear(3, 3), nn.LayerNorm([2L, 3]), new RmsNorm());
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _matrix.call(_weight.call(_bias.call(_layerNorm.call(input)))) + _offset;

        internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
        {
            private readonly Parameter _gain = new(ones(1, 3));

            public RmsNorm()
                : base(nameof(RmsNorm)) => RegisterComponents();

            public override Tensor forward(Tensor input) => input * _gain / input.square().mean().sqrt();
        }
    }
}
