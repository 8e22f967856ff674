using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A frozen backbone with a trainable head and any number of named adapters, some of which are active.</summary>
/// <remarks>
/// For a single adapter, use <see cref="Attach"/>, <see cref="Adapter"/> and <see cref="Detach"/>. For several, use <see cref="Adapters"/>.
/// </remarks>
public sealed class PeftModel : IDisposable
{
    /// <summary>The name of the adapter that <see cref="Attach"/> adds.</summary>
    public const string DefaultName = "default";

    private readonly string[] _headPrefixes;
    private MergedWeights? _merged;

    /// <summary>Freezes a backbone, except for its head.</summary>
    /// <param name="backbone">The model; its annotated layers offer the sites.</param>
    /// <param name="head">The name of the head's module, which stays trainable; null for none.</param>
    /// <exception cref="LibTorchException">libtorch cannot be loaded.</exception>
    public PeftModel(nn.Module backbone, string? head = null)
        : this(backbone, head is null ? [] : [head])
    {
    }

    /// <summary>Freezes a backbone, except for its head and other parts that are trained and saved with it.</summary>
    /// <param name="backbone">The model; its annotated layers offer the sites.</param>
    /// <param name="trained">The names of the modules that stay trainable.</param>
    /// <exception cref="LibTorchException">libtorch cannot be loaded.</exception>
    public PeftModel(nn.Module backbone, IReadOnlyList<string> trained)
    {
        LibTorch.Load();
        Backbone = backbone;
        _headPrefixes = [.. trained.Select(part => part + ".")];
        Sites = SiteAddress.All(backbone);
        Adapters = new AdapterSet(this);
        Freeze(null);
    }

    /// <summary>The model.</summary>
    public nn.Module Backbone { get; }

    /// <summary>Every site the backbone offers.</summary>
    public IReadOnlyList<SiteAddress> Sites { get; }

    /// <summary>All adapters by name, active or not.</summary>
    public AdapterSet Adapters { get; }

    /// <summary>The active adapter, or null. If several are active, the one that acts last.</summary>
    public Adapter? Adapter => Adapters.ActiveAdapters.LastOrDefault();

    /// <summary>
    /// The names of the head's outputs, in their order. Saved adapters contain them. Null if unknown, and for scores and texts.
    /// </summary>
    public IReadOnlyList<string>? Labels { get => Adapter?.Labels ?? OwnLabels; set => OwnLabels = value; }

    /// <summary>The names of the outputs of the backbone's own head.</summary>
    internal IReadOnlyList<string>? OwnLabels { get; private set; }

    /// <summary>Plugins of the task and the backbone, which saved adapters name beside those of their methods.</summary>
    public IReadOnlyList<PluginReference> Plugins { get; set; } = [];

    /// <summary>
    /// The number of elements of <see cref="Adapter"/> that inference needs, "#Param" in the papers' tables: a mixture counts as merged,
    /// and a reparametrised method, such as a prefix, without its training network.
    /// </summary>
    public long InferenceCount
    {
        get
        {
            if (Adapter is not { } adapter)
                return 0;
            if (!adapter.IsEjectable)
                return adapter.MergedCount;
            using var flat = Adapters.Flattened(adapter);
            return flat.MergedCount;
        }
    }

    /// <summary>Whether the active adapters are merged into the backbone's weights.</summary>
    public bool IsMerged => _merged is not null;

    /// <summary>The head's parameters by name, with the live head's values.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> HeadParameters => Backbone.named_parameters().Where(pair => IsHead(pair.Item1));

    /// <summary>
    /// The kind of the head, which saved adapters name so that it can be made again: <c>tokens</c> for a classifier of every token,
    /// <c>words</c> for a masked-word head; null for a classifier of texts, and for none.
    /// </summary>
    public string? HeadKind { get; set; }

    /// <summary>Tokens that were added to the backbone's vocabulary; their embeddings are trained and saved with the head.</summary>
    public IReadOnlyList<string> AddedTokens { get; set; } = [];

    /// <summary>
    /// All parameters that training updates: the active adapters' tensors and the unfrozen parameters of the backbone. If several adapters
    /// are active, each key is prefixed by its adapter's name.
    /// </summary>
    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters =>
        Adapters.Active.SelectMany(
            name => Adapters[name].NamedParameters.Select(
            pair => (Adapters.Active.Count == 1 ? pair.Key : $"{name}:{pair.Key}", pair.Parameter)))
            .Concat(Backbone.named_parameters().Where(pair => pair.Item2.requires_grad));

    /// <summary>Whether the active adapters are enabled. If not, the outputs are exactly those of the backbone with its own head.</summary>
    /// <exception cref="MergeException">On setting: an adapter is merged.</exception>
    public bool IsEnabled
    {
        get;
        set
        {
            CheckNotMerged("switch it");
            field = value;
            Adapters.Refresh();
        }
    } = true;

    /// <summary>
    /// Disables the adapters until the result is disposed, also after an exception. The previous state is then restored. Uses may nest.
    /// </summary>
    /// <returns>Restores the previous state when disposed.</returns>
    /// <exception cref="MergeException">An adapter is merged.</exception>
    public IDisposable Disabled()
    {
        var before = IsEnabled;
        IsEnabled = false;
        return new Restoring(() => IsEnabled = before);
    }

    /// <summary>Adds an adapter named <see cref="DefaultName"/> and activates it.</summary>
    /// <param name="spec">The method with its options, sites and mixture.</param>
    /// <param name="seed">The seed for initial values and routes.</param>
    /// <returns>The adapter.</returns>
    /// <exception cref="DuplicateAdapterException">Another adapter is active, or the name is already in use.</exception>
    /// <exception cref="SiteSelectionException">A choice of sites, modules or layers matches nothing, or a method cannot act
    /// there.</exception>
    public Adapter Attach(AdapterSpec spec, ulong seed) => AttachNew(spec, seed, blank: false);

    /// <summary>Attaches an adapter. If <c>blank</c>, its values are left uninitialised, because all of them are replaced next.</summary>
    internal Adapter AttachNew(AdapterSpec spec, ulong seed, bool blank, TrainableLimit? limit = null)
    {
        if (Adapter is not null)
            throw new DuplicateAdapterException(
                Adapters.Active[^1], $"is attached already ({Adapter.Spec.Expression}); detach it first, or use Adapters.Add");
        var adapter = Adapters.AddNew(DefaultName, spec, seed, blank, limit);
        Adapters.Activate(DefaultName);
        return adapter;
    }

    /// <summary>Sets the tokenizer function for methods that are initialised from a text's word embeddings.</summary>
    /// <param name="tokenize">Encodes a text without special tokens around it.</param>
    public void UseTokenizer(Func<string, IReadOnlyList<int>> tokenize)
    {
        foreach (var point in Sites.Select(site => site.Point).OfType<EmbeddingPoint>())
            point.Tokenize = tokenize;
    }

    /// <summary>Detaches and frees the active adapters, after unmerging them.</summary>
    public void Detach()
    {
        Unmerge();
        foreach (var name in Adapters.Active)
            Adapters.Remove(name);
    }

    /// <summary>
    /// Runs one forward pass with its own route. In training mode the route is sampled; in evaluation mode the mixture's inference setting
    /// selects it.
    /// </summary>
    /// <param name="pass">The pass, which returns the backbone's logits.</param>
    /// <returns>The result of the pass.</returns>
    public Tensor Run(Func<Tensor> pass)
    {
        Router[] routers = [.. Adapters.Acting.Select(adapter => adapter.Router).OfType<Router>()];
        if (!Backbone.training && routers.Any(router => router.Inference == MixtureInference.Ensemble))
            return EnsemblePrediction.Logits(routers, pass);
        foreach (var router in routers)
            router.BeginPass(Backbone.training);
        return pass();
    }

    /// <summary>Runs a batch whose rows use different adapters, in evaluation mode. Each adapter is run once, on its rows.</summary>
    /// <typeparam name="TBatch">The backbone's input.</typeparam>
    /// <param name="adapters">An adapter's name for each row; null for the backbone alone.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="pass">The pass on a subset of the rows, which returns [those rows, ...].</param>
    /// <returns>[rows, ...], in the order of <paramref name="batch"/>.</returns>
    /// <exception cref="RowAdapterException">The number of names is not that of the rows, the batch is empty, or the backbone is in
    /// training mode.</exception>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="MergeException">An adapter is merged.</exception>
    public Tensor RunRows<TBatch>(IReadOnlyList<string?> adapters, TBatch batch, Func<TBatch, Tensor> pass)
        where TBatch : IRowBatch<TBatch> => RowAdapters.Run(this, adapters, batch, pass);

    /// <summary>
    /// Merges all active adapters (for a mixture, the average of its experts) into the backbone's weights. While merged, adapters cannot be
    /// switched or added.
    /// </summary>
    /// <exception cref="MergeException">Nothing is active, the adapters are disabled, a method cannot be merged, or a merged weight is not
    /// finite; the model is not changed.</exception>
    public void Merge()
    {
        if (IsMerged)
            return;
        if (!IsEnabled)
            throw new MergeException("the adapters are disabled; enable them before merging.");
        var active = Adapters.ActiveAdapters;
        _merged = MergedWeights.Apply(active.Count > 0
            ? active : throw new MergeException("no adapter is active; activate one before merging."));
        Adapters.Refresh();
    }

    /// <summary>Removes the adapters from the backbone's weights again. The original weights are restored bit by bit.</summary>
    public void Unmerge()
    {
        if (_merged is null)
            return;
        _merged.Revert();
        _merged = null;
        Adapters.Refresh();
    }

    /// <summary>
    /// Merges the active adapters permanently and frees all adapters. The result is a plain backbone with merged weights and the live head.
    /// </summary>
    /// <returns>The backbone.</returns>
    /// <exception cref="MergeException">As for <see cref="Merge"/>; the model is not changed.</exception>
    public nn.Module MergeAndUnload()
    {
        Merge();
        _merged!.Keep();
        _merged = null;
        Adapters.Heads.Keep();
        Adapters.Clear();
        return Backbone;
    }

    /// <summary>Frees the adapters and the backbone.</summary>
    public void Dispose()
    {
        _merged?.Keep();
        _merged = null;
        Adapters.Heads.Keep();
        Adapters.Clear();
        Adapters.Heads.Dispose();
        Backbone.Dispose();
    }

    internal void CheckNotMerged(string wish)
    {
        if (IsMerged)
            throw new MergeException($"{string.Join(", ", Adapters.Active)} is merged into the backbone: unmerge before you {wish}.");
    }

    /// <summary>Freezes all parameters except the head's and those that a baseline trains.</summary>
    internal void Freeze(UnfreezingMethod? baseline)
    {
        var layers = Sites.Count == 0 ? 0 : Sites.Max(site => site.Layer) + 1;
        var isPastFirstLayer = false; // modules are registered in the order in which the backbone calls them
        foreach (var (name, parameter) in Backbone.named_parameters())
        {
            var layer = SiteAddress.LayerOf(name);
            isPastFirstLayer |= layer >= 0;
            var found = new BackboneParameter(name, layer, layers) { FollowsLayers = layer < 0 && isPastFirstLayer };
            var trains = IsHead(name) || (baseline?.Asks(found) ?? false);
            if (parameter.requires_grad != trains)
                parameter.requires_grad = trains;
        }
    }

    private bool IsHead(string name) => _headPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
