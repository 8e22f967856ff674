using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A prepared case: the backbone with the method attached and perturbed weights.</summary>
internal sealed class ConformanceSubject : IDisposable
{
    private const int Seed = 7;

    private readonly DisposeScope _scope = NewDisposeScope();

    public ConformanceSubject(
        ConformanceCase of, bool? mixed = null, bool perturbed = true, bool float64 = false, ulong seed = 5, double consistency = 1,
        int experts = 3,
        double dropout = 0)
    {
        Case = of;
        Backbone = TinyBackbones.Create(of.Backbone);
        Model = new PeftModel(Backbone.Make(Seed, dropout, float64), Backbone.HeadName);
        Batch = Backbone.Batch();
        Base = Forward();
        Model.Attach(Spec(of, mixed ?? of.Mixed, consistency, experts), seed);
        if (perturbed)
            Perturb();
    }

    public ConformanceCase Case { get; }

    public ITinyBackbone Backbone { get; }

    public PeftModel Model { get; }

    public Adapter Adapter => Model.Adapter!;

    public TokenBatch Batch { get; }

    /// <summary>The backbone's own logits, before the method was attached.</summary>
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

    /// <summary>The batch's logits, with a newly sampled route in training mode.</summary>
    public Tensor Forward() => Forward(Batch.Ids, Batch.Mask);

    public Tensor Forward(Tensor ids, Tensor? mask) => Model.Run(() => Backbone.Call(Model.Backbone, ids, mask));

    /// <summary>The batch's logits from another model on the same backbone.</summary>
    public Tensor Forward(PeftModel other) => other.Run(() => Backbone.Call(other.Backbone, Batch.Ids, Batch.Mask));

    public Tensor Loss() => MixtureObjective.Loss(
        Model,
        () => Backbone.Scored(Backbone.Call(Model.Backbone, Batch.Ids, Batch.Mask), Batch).Logits,
        logits => nn.functional.cross_entropy(logits, Backbone.Scored(Base, Batch).Labels)).Loss;

    /// <summary>Another backbone with the same weights and nothing attached.</summary>
    public PeftModel Bare() => new(Backbone.Make(Seed, 0, float64: false), Backbone.HeadName);

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
    }
}
