using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A frozen backbone with a trainable head and, once attached, an adapter.</summary>
public sealed class PeftModel : IDisposable
{
    private readonly string _headPrefix;
    private MergedWeights? _merged;

    /// <summary>Freezes a backbone, except for its head.</summary>
    /// <param name="backbone">The model; its annotated layers offer the sites.</param>
    /// <param name="head">The name of the head's module, which stays trainable; null for none.</param>
    public PeftModel(nn.Module backbone, string? head = null)
    {
        Backbone = backbone;
        _headPrefix = head is null ? "\0" : head + ".";
        Sites = SiteAddress.All(backbone);
        foreach (var (name, parameter) in backbone.named_parameters())
            parameter.requires_grad = IsHead(name);
    }

    /// <summary>The model.</summary>
    public nn.Module Backbone { get; }

    /// <summary>Every site the backbone offers.</summary>
    public IReadOnlyList<SiteAddress> Sites { get; }

    /// <summary>The attached adapter, or null.</summary>
    public Adapter? Adapter { get; private set; }

    /// <summary>Whether the adapter's weight is folded into the backbone's.</summary>
    public bool IsMerged => _merged is not null;

    /// <summary>The head's parameters by name.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> HeadParameters => Backbone.named_parameters().Where(pair => IsHead(pair.Item1));

    /// <summary>All that training changes: the adapter's tensors and whatever of the backbone is not frozen.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters =>
        (Adapter?.NamedParameters ?? []).Concat(Backbone.named_parameters().Where(pair => pair.Item2.requires_grad));

    /// <summary>Whether the adapter acts; without it the outputs are exactly the backbone's.</summary>
    public bool IsEnabled
    {
        get;
        set
        {
            if (IsMerged)
                throw new MergeException("the adapter is merged into the backbone; unmerge it before switching it.");
            field = value;
            _ = Adapter?.IsEnabled = value;
        }
    } = true;

    /// <summary>Attaches a method, plain or mixed.</summary>
    /// <param name="spec">The method, its options, sites and mixture.</param>
    /// <param name="seed">Seeds first values and routes.</param>
    /// <returns>The adapter.</returns>
    /// <exception cref="InvalidOperationException">Another adapter is attached.</exception>
    /// <exception cref="SiteSelectionException">A choice of sites, modules or layers matches nothing, or a method cannot act there.</exception>
    public Adapter Attach(AdapterSpec spec, ulong seed)
    {
        if (Adapter is not null)
            throw new InvalidOperationException($"{Adapter.Spec.Expression} is attached already; detach it first.");
        var plan = AdapterPlan.Of(Sites, spec);
        if (plan.Unfreezing is { } baseline)
            return Unfreeze(spec, baseline, seed);
        var first = Backbone.parameters().First();
        var dtype = first.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        using var maker = new TrainableMaker(seed, first.device, dtype);
        Adapter = new Adapter(spec, plan.Places, maker, seed) { IsEnabled = IsEnabled };
        if (Adapter.Router is { } router)
            router.Inference = spec.Mixture!.Inference;
        Adapter.AttachToPoints();
        return Adapter;
    }

    /// <summary>Takes the adapter off and frees it; nothing of it is left.</summary>
    public void Detach()
    {
        if (Adapter is null)
            return;
        if (IsMerged)
            Unmerge();
        Adapter.DetachFromPoints();
        Adapter.Dispose();
        Adapter = null;
        foreach (var (name, parameter) in Backbone.named_parameters())
            parameter.requires_grad = IsHead(name);
    }

    /// <summary>Runs one forward pass with its own route: drawn in training mode, chosen by the mixture's inference in evaluation mode.</summary>
    /// <param name="pass">The pass: the backbone's logits.</param>
    /// <returns>What the pass gives.</returns>
    public Tensor Run(Func<Tensor> pass)
    {
        if (Adapter?.Router is not { } router)
            return pass();
        if (!Backbone.training && router.Inference == MixtureInference.Ensemble)
            return EnsemblePrediction.Logits(router, pass);
        router.BeginPass(Backbone.training);
        return pass();
    }

    /// <summary>Folds the adapter (for a mixture, the average of its experts) into the backbone's weights.</summary>
    /// <exception cref="MergeException">Nothing is attached, the method cannot be merged, or a delta is not finite; nothing is changed then.</exception>
    public void Merge()
    {
        if (IsMerged)
            return;
        _merged = MergedWeights.Apply(Adapter ?? throw new MergeException("no adapter is attached."));
        Adapter.IsEnabled = false;
    }

    /// <summary>Takes the adapter out of the backbone's weights again.</summary>
    public void Unmerge()
    {
        if (_merged is null)
            return;
        _merged.Revert();
        _merged = null;
        Adapter!.IsEnabled = IsEnabled;
    }

    /// <summary>Frees the adapter and the backbone.</summary>
    public void Dispose()
    {
        Adapter?.DetachFromPoints();
        Adapter?.Dispose();
        Backbone.Dispose();
    }

    /// <summary>A baseline has no tensors of its own: the adapter is empty, and parameters of the backbone are trained.</summary>
    private Adapter Unfreeze(AdapterSpec spec, UnfreezingMethod baseline, ulong seed)
    {
        var layers = Sites.Max(site => site.Layer) + 1;
        foreach (var (name, parameter) in Backbone.named_parameters())
            parameter.requires_grad = IsHead(name) || baseline.Asks(new BackboneParameter(name, SiteAddress.LayerOf(name), layers));
        using var maker = new TrainableMaker(seed, CPU, ScalarType.Float32);
        return Adapter = new Adapter(spec, [], maker, seed);
    }

    private bool IsHead(string name) => name.StartsWith(_headPrefix, StringComparison.Ordinal);
}
