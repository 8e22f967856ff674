using System.Globalization;
using Peft.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A case made: the backbone with the method attached, its weights perturbed.</summary>
internal sealed class ConformanceSubject : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public ConformanceSubject(ConformanceCase of, bool? mixed = null, bool perturbed = true, bool float64 = false, ulong seed = 5, double consistency = 1, int experts = 3,
        double dropout = 0)
    {
        Case = of;
        Classifier = TinyBackbone.Classifier(of.Family, dropout: dropout, float64: float64);
        Model = new PeftModel(Classifier, SequenceClassifier.HeadName);
        Inputs = TinyBackbone.Batch(of.Family);
        Base = Forward();
        Model.Attach(Spec(of, mixed ?? of.Mixed, consistency, experts), seed);
        if (perturbed)
            Perturb();
    }

    public ConformanceCase Case { get; }

    public SequenceClassifier Classifier { get; }

    public PeftModel Model { get; }

    public Adapter Adapter => Model.Adapter!;

    public EncoderInputs Inputs { get; }

    /// <summary>The backbone's own logits, before anything was attached.</summary>
    public Tensor Base { get; }

    public static AdapterSpec Spec(ConformanceCase of, bool mixed, double consistency = 1, int experts = 3)
    {
        var settings = new Dictionary<string, string>
        {
            ["adamix.experts"] = experts.ToString(CultureInfo.InvariantCulture),
            ["adamix.consistency"] = consistency.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in of.Settings)
            settings[name] = value;
        return MethodExpression.Parse(of.Registry, mixed ? $"adamix({of.Expression})" : of.Expression, settings);
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
        MixtureObjective.Loss(Model, () => Classifier.call(Inputs), logits => nn.functional.cross_entropy(logits, TinyBackbone.Labels())).Loss;

    /// <summary>Another backbone of the same weights, nothing attached.</summary>
    public PeftModel Bare() => new(TinyBackbone.Classifier(Case.Family), SequenceClassifier.HeadName);

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
    }
}
