using Peft.Backbones;
using Peft.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Conformance;

/// <summary>A method on a backbone, plain or mixed, its weights perturbed: zero deltas would make most checks empty.</summary>
internal sealed class Subject : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public Subject(string method, EncoderFamily family, bool mixed, bool perturbed = true, bool float64 = false, ulong seed = 5, double consistency = 1)
    {
        Family = family;
        Classifier = TinyEncoder.Classifier(family, float64: float64);
        Model = new PeftModel(Classifier, SequenceClassifier.HeadName);
        Inputs = TinyEncoder.Batch(family);
        Base = Forward();
        Model.Attach(Spec(method, mixed, consistency), seed);
        if (perturbed)
            Perturb();
    }

    public EncoderFamily Family { get; }

    public SequenceClassifier Classifier { get; }

    public PeftModel Model { get; }

    public Adapter Adapter => Model.Adapter!;

    public EncoderInputs Inputs { get; }

    /// <summary>The backbone's own logits, before anything was attached.</summary>
    public Tensor Base { get; }

    public static MethodRegistry Registry { get; } = new MethodRegistry().Add<Lora>().Add<Houlsby>().Add<Pfeiffer>();

    public static IEnumerable<TheoryDataRow<string, EncoderFamily, bool>> All =>
        from method in Registry.Methods
        from family in Enum.GetValues<EncoderFamily>()
        from mixed in (bool[])[false, true]
        select new TheoryDataRow<string, EncoderFamily, bool>(method.Name, family, mixed);

    public static AdapterSpec Spec(string method, bool mixed, double consistency = 1)
    {
        var settings = new Dictionary<string, string>
        {
            ["lora.rank"] = "3",
            ["houlsby.size"] = "5",
            ["pfeiffer.size"] = "5",
            ["adamix.experts"] = "3",
            ["adamix.consistency"] = consistency.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        return MethodExpression.Parse(Registry, mixed ? $"adamix({method})" : method, settings);
    }

    public void Perturb(long seed = 99)
    {
        using var frozen = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var (_, parameter) in Adapter.NamedParameters)
            parameter.add_(parameter.zeros_like().normal_(0, 0.3, generator));
    }

    /// <summary>Logits [3, 3], with a route of their own in training mode.</summary>
    public Tensor Forward() => Model.Run(() => Classifier.call(Inputs));

    public Tensor Loss() =>
        MixtureObjective.Loss(Model, () => Classifier.call(Inputs), logits => nn.functional.cross_entropy(logits, TinyEncoder.Labels())).Loss;

    public static double Difference(Tensor a, Tensor b) => (a - b).abs().max().to(ScalarType.Float64).item<double>();

    public static bool Same(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().ToBoolean();

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
    }
}
