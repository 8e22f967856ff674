using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>GPT-2 without a head: embeddings, layers and final norm.</summary>
[InjectionHost]
public sealed partial class DecoderModel : Module<DecoderInputs, DecoderOutput>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Embedding wte;
    private readonly Embedding wpe;
    private readonly ModuleList<DecoderLayer> h;
    private readonly LayerNorm ln_f;
    private readonly AddedWords? added_words;
#pragma warning restore IDE1006

    /// <summary>Creates a decoder with new weights (normal, standard deviation <see cref="DecoderConfig.InitializerRange"/>).</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="blank">Whether to skip the initialisation, because all weights are loaded later.</param>
    public DecoderModel(DecoderConfig config, bool blank = false)
        : base(nameof(DecoderModel))
    {
        Config = config;
        wte = Embedding(config.VocabularySize, config.HiddenSize);
        wpe = Embedding(config.MaxPositions, config.HiddenSize);
        h = new ModuleList<DecoderLayer>([.. Enumerable.Range(0, config.Layers).Select(layer => new DecoderLayer(config, layer))]);
        ln_f = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        added_words = config.Added is { } ids ? new AddedWords(ids, config.HiddenSize) : null;
        RegisterComponents();
        if (!blank)
            Initialization.Apply(this, config.InitializerRange);
    }

    /// <summary>The sizes.</summary>
    public DecoderConfig Config { get; }

    /// <summary>The name of the added rows among the decoder's children.</summary>
    internal const string AddedName = nameof(added_words);

    /// <summary>The rows of added tokens; null for none.</summary>
    internal AddedWords? Added => added_words;

    /// <summary>The word embedding matrix [vocabulary, hidden], which the language model head shares.</summary>
    public Parameter WordWeight => wte.weight!;

    /// <summary>
    /// Whether layers keep only their inputs and are recomputed in the backward pass (<see cref="Recompute"/>).
    /// </summary>
    public bool RecomputesActivations { get; set; }

    [EmbeddingSite(Site.WordEmbeddings, nameof(wte))]
    private partial Tensor Prepend(Tensor words);

    [NormSite(Site.FinalNorm, nameof(ln_f))]
    private partial Tensor Normalize(Tensor x);

    /// <summary>The number of positions by which methods in the layers shift the real tokens.</summary>
    internal int PositionShift => h.Max(layer => layer.PositionShift);

    /// <inheritdoc cref="VirtualTokens.Elements"/>
    internal Tensor PrependPositions() => VirtualTokens.Elements(PrependPoint);

    /// <inheritdoc/>
    public override DecoderOutput forward(DecoderInputs input) => new([Pass(input, null)]);

    /// <summary>Runs the forward pass and keeps every hidden state.</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The embedding output, the output of every layer but the last, and the last layer's after the final norm.</returns>
    /// <exception cref="SequenceTooLongException">The sequence has more tokens than the backbone has positions.</exception>
    public DecoderOutput States(DecoderInputs input)
    {
        var states = new List<Tensor>();
        states.Add(Pass(input, states));
        return new DecoderOutput(states);
    }

    private Tensor Pass(DecoderInputs input, List<Tensor>? states)
    {
        var layout = new DecoderLayout(input, PositionShift, Config.MaxPositions);
        var words = AddedWords.Embed(wte, added_words, input.Ids);
        if (input.Cache is not { Length: > 0 })
            words = Prepend(words);
        var added = words.shape[1] - input.Ids.shape[1];
        var hidden = SeededDropout.Apply(layout.AddPositions(words, wpe, PrependPoint.ShiftsPositions), Config.EmbeddingDropout, training);
        using var pass = ForwardPass.Begin(layout.NewMask(added), isCausal: true, input.Cache?.History);
        var mask = layout.AttentionMask(added);
        foreach (var layer in h)
        {
            states?.Add(VirtualTokens.Remove(hidden, added));
            hidden = Run(layer, hidden, mask, input.Cache);
        }

        input.Cache?.Advance(words.shape[1], added);
        return VirtualTokens.Remove(Normalize(hidden), added);
    }

    private Tensor Run(DecoderLayer layer, Tensor hidden, Tensor? mask, KeyValueCache? cache) =>
        RecomputesActivations && cache is null
            ? Recompute.Run(layer, given => layer.call(given[0]!, given[1], null), hidden, mask)
            : layer.call(hidden, mask, cache);
}

/// <summary>The output of a decoder.</summary>
/// <param name="HiddenStates">Every hidden state, each [batch, length, hidden]; only the last unless all were requested.</param>
public sealed record DecoderOutput(IReadOnlyList<Tensor> HiddenStates)
{
    /// <summary>The last layer's output after the final norm, [batch, length, hidden].</summary>
    public Tensor LastHidden => HiddenStates[^1];
}
