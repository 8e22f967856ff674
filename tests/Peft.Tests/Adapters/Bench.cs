using Peft.Models;
using Peft.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Adapters;

/// <summary>A tiny encoder for several adapters, whose weights and heads are perturbed: zero deltas would make most checks empty.</summary>
internal sealed class Bench : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public Bench(EncoderFamily family = EncoderFamily.Bert, bool float64 = false)
    {
        Classifier = TinyEncoder.Classifier(family, float64: float64);
        Model = new PeftModel(Classifier, SequenceClassifier.HeadName);
        Inputs = TinyEncoder.Batch(family);
        Base = Forward();
    }

    public SequenceClassifier Classifier { get; }

    public PeftModel Model { get; }

    public AdapterSet Adapters => Model.Adapters;

    public EncoderInputs Inputs { get; }

    /// <summary>The backbone's own logits [3, 3].</summary>
    public Tensor Base { get; }

    public static MethodRegistry Registry { get; } = new MethodRegistry()
        .Add<Lora>().Add<Houlsby>().Add<Pfeiffer>().Add<Ia3>().Add<BitFitLinear>().Add<BitFitNorm>().Add<BitFit>().Add<LayerNormTuning>()
        .Add<Prefix>().Add<Prompt>().Add<Full>().Add<Compacter>();

    public static AdapterSpec Spec(string method, params string[] settings)
    {
        var given = new Dictionary<string, string>
        {
            ["lora.rank"] = "3", ["houlsby.size"] = "5", ["pfeiffer.size"] = "5", ["prefix.length"] = "2", ["prompt.length"] = "2",
                ["adamix.experts"] = "3",
        };
        foreach (var setting in settings)
            given[setting.Split('=')[0]] = setting.Split('=')[1];
        return MethodExpression.Parse(Registry, method, given);
    }

    /// <summary>A new adapter, not active, of perturbed weights; its head too where asked.</summary>
    public Adapter Add(string name, string method, ulong seed = 1, bool head = false, params string[] settings)
    {
        var adapter = Adapters.Add(name, Spec(method, settings), seed);
        Perturb(adapter, seed + 100);
        if (head)
        {
            using var frozen = no_grad();
            using var use = Adapters.Using(name);
            using var generator = new Generator(seed + 200);
            foreach (var (_, parameter) in Model.HeadParameters)
                parameter.add_(parameter.zeros_like().normal_(0, 0.3, generator));
        }

        return adapter;
    }

    public static void Perturb(Adapter adapter, ulong seed)
    {
        using var frozen = no_grad();
        using var generator = new Generator(seed);
        foreach (var (_, parameter) in adapter.NamedParameters)
            parameter.add_(parameter.zeros_like().normal_(0, 0.3, generator));
    }

    public Tensor Forward() => Model.Run(() => Classifier.call(Inputs)).detach();

    public Tensor Forward(params string[] active)
    {
        Adapters.Activate(active);
        return Forward();
    }

    public static double Difference(Tensor a, Tensor b) => (a - b).abs().max().to(ScalarType.Float64).item<double>();

    public static bool Same(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().ToBoolean();

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
    }
}
