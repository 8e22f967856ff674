using Peft.Methods;
using System.Globalization;
using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Conformance;

/// <summary>A method on a backbone, plain or mixed, its weights perturbed: zero deltas would make most checks empty.</summary>
internal sealed class Subject : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public Subject(
        string method, EncoderFamily family, bool mixed, bool perturbed = true, bool float64 = false, ulong seed = 5,
        double consistency = 1)
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

    /// <summary>Every method of the repository.</summary>
    public static MethodRegistry Registry { get; } = new MethodRegistry().AddFrom(typeof(Lora).Assembly);

    /// <summary>Settings of variants whose formula differs, beside the methods as they are.</summary>
    private static readonly Dictionary<string, (string Method, string[] Settings)> s_variants = new()
    {
        ["dora"] = ("lora", ["lora.dora=true"]),
    };

    /// <summary>Every method that adds something to the backbone.</summary>
    public static IEnumerable<string> Names =>
        Registry.Methods.Where(method => method.Kind != SiteKind.Parameters).Select(method => method.Name);

    public static IEnumerable<TheoryDataRow<string, EncoderFamily, bool>> All =>
        from name in Names
        from family in Enum.GetValues<EncoderFamily>()
        from mixed in (bool[])[false, true]
        select new TheoryDataRow<string, EncoderFamily, bool>(name, family, mixed);

    public static AdapterSpec Spec(string name, bool mixed, double consistency = 1)
    {
        var (method, own) = s_variants.TryGetValue(name, out var variant) ? variant : (name, []);
        string[] small =
        [
            "lora.rank=3", "houlsby.size=5", "pfeiffer.size=5", "parallel.size=5", "prefix.length=3", "prefix.middle=7", "prompt.length=2",
            "compacter.summands=2", "compacter.reductionFactor=4", "adamix.experts=3",
                string.Create(CultureInfo.InvariantCulture, $"adamix.consistency={consistency}"),
        ];
        var settings = new Dictionary<string, string>();
        foreach (var setting in small.Concat(own))
            settings[setting[..setting.IndexOf('=', StringComparison.Ordinal)]] =
                setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
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
        MixtureObjective.Loss(Model, () => Classifier.call(Inputs), logits => nn.functional.cross_entropy(
            logits, TinyEncoder.Labels())).Loss;

    public static double Difference(Tensor a, Tensor b) => (a - b).abs().max().to(ScalarType.Float64).item<double>();

    public static bool Same(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().ToBoolean();

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
    }
}
