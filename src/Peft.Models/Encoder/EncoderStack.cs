using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>One Transformer encoder layer of any family, with the norm after each residual.</summary>
internal interface IEncoderLayer
{
    /// <summary>Whether every method attached to the layer treats each token independently.</summary>
    bool IsTokenwise { get; }

    /// <summary>The number of positions by which methods in the layer shift the real tokens.</summary>
    int PositionShift { get; }
}

/// <summary>BERT's layer, which RoBERTa, XLM-RoBERTa and ELECTRA share.</summary>
internal sealed class EncoderLayer : Module<Tensor, Tensor, Tensor?, Tensor>, IEncoderLayer
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly EncoderAttention attention;
    private readonly EncoderIntermediate intermediate;
    private readonly EncoderFeedForwardOutput output;
#pragma warning restore IDE1006

    internal EncoderLayer(EncoderConfig config)
        : base(nameof(EncoderLayer))
    {
        attention = new EncoderAttention(config);
        intermediate = new EncoderIntermediate(config);
        output = new EncoderFeedForwardOutput(config);
        RegisterComponents();
    }

    /// <summary>
    /// Runs the layer in its own dispose scope, so that tensors that the backward pass does not need are freed after the layer rather than
    /// after the step.
    /// </summary>
    /// <inheritdoc/>
    public override Tensor forward(Tensor asked, Tensor all, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var attended = Attend(asked, all, mask);
        return scope.MoveToOuter(output.call(intermediate.call(attended), attended));
    }

    /// <inheritdoc/>
    public bool IsTokenwise => attention.IsTokenwise && intermediate.IsTokenwise() && output.IsTokenwise();

    /// <inheritdoc/>
    public int PositionShift => attention.PositionShift;

    private Tensor Attend(Tensor asked, Tensor all, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(attention.call(asked, all, mask));
    }
}

/// <summary>The layers, one after the other.</summary>
internal sealed class EncoderStack : Module<Tensor, Tensor?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly ModuleList<Module<Tensor, Tensor, Tensor?, Tensor>> layer;
#pragma warning restore IDE1006

    internal EncoderStack(EncoderConfig config)
        : base(nameof(EncoderStack))
    {
        layer = new ModuleList<Module<Tensor, Tensor, Tensor?, Tensor>>(
            [.. Enumerable.Range(0, config.Layers).Select(_ => Create(config))]);
        RegisterComponents();
    }

    /// <summary>
    /// Whether layers keep only their inputs and are recomputed in the backward pass (<see cref="Recompute"/>): the same results
    /// with less memory and more time.
    /// </summary>
    public bool RecomputesActivations { get; set; }

    /// <summary>Computes the last layer's output.</summary>
    /// <param name="hidden">Embedding output [batch, length, hidden].</param>
    /// <param name="mask">True for tokens that may be attended to, bool, broadcastable to [batch, heads, length, length]; null for
    /// all.</param>
    /// <returns>[batch, length, hidden].</returns>
    public override Tensor forward(Tensor hidden, Tensor? mask) => layer.Aggregate(hidden, (state, one) => Whole(one, state, mask));

    /// <summary>
    /// Computes the last layer's output for one token only. Of that layer, only the keys and values of other tokens are computed; this
    /// saves a fifth of the work of a four-layer model. If a method attached there looks across tokens, the whole layer is computed.
    /// </summary>
    /// <param name="hidden">Embedding output [batch, length, hidden].</param>
    /// <param name="mask">As for <see cref="forward"/>.</param>
    /// <param name="token">The token's index.</param>
    /// <returns>[batch, 1, hidden], or [batch, length, hidden].</returns>
    public Tensor OneToken(Tensor hidden, Tensor? mask, long token)
    {
        var last = layer[^1];
        var state = layer.SkipLast(1).Aggregate(hidden, (state, one) => Whole(one, state, mask));
        return ((IEncoderLayer)last).IsTokenwise ? Run(last, state, mask, all => all.narrow(1, token, 1)) : Whole(last, state, mask);
    }

    /// <summary>The number of positions by which methods in the layers shift the real tokens.</summary>
    internal int PositionShift => layer.Cast<IEncoderLayer>().Max(one => one.PositionShift);

    /// <summary>Computes every layer's output.</summary>
    /// <param name="hidden">Embedding output [batch, length, hidden].</param>
    /// <param name="mask">As for <see cref="forward"/>.</param>
    /// <returns>The embedding output and then each layer's output.</returns>
    public IReadOnlyList<Tensor> States(Tensor hidden, Tensor? mask)
    {
        var states = new List<Tensor> { hidden };
        foreach (var one in layer)
            states.Add(Whole(one, states[^1], mask));
        return states;
    }

    private static Module<Tensor, Tensor, Tensor?, Tensor> Create(EncoderConfig config) =>
        config.Family == EncoderFamily.DistilBert ? new DistilBertLayer(config) : new EncoderLayer(config);

    private Tensor Whole(Module<Tensor, Tensor, Tensor?, Tensor> one, Tensor state, Tensor? mask) => Run(one, state, mask, all => all);

    /// <summary>Runs a layer on the requested states only.</summary>
    private Tensor Run(
        Module<Tensor, Tensor, Tensor?, Tensor> one, Tensor state, Tensor? mask, Func<Tensor, Tensor> asked)
    {
        Tensor Pass(Tensor all, Tensor? seen) => one.call(asked(all), all, seen);
        return RecomputesActivations ? Recompute.Run(one, given => Pass(given[0]!, given[1]), state, mask) : Pass(state, mask);
    }
}
