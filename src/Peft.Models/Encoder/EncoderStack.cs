using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>One Transformer encoder layer, norm after each residual.</summary>
public sealed class EncoderLayer : Module<Tensor, Tensor, Tensor?, Tensor>
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
    /// A scope of its own frees what the backward pass does not need as soon as the layer is done, rather than at the end of the step.
    /// </summary>
    /// <inheritdoc/>
    public override Tensor forward(Tensor asked, Tensor all, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var attended = Attend(asked, all, mask);
        return scope.MoveToOuter(output.call(intermediate.call(attended), attended));
    }

    /// <summary>Whether every method attached to the layer treats each token by itself.</summary>
    internal bool IsTokenwise => attention.IsTokenwise && intermediate.IsTokenwise() && output.IsTokenwise();

    /// <summary>By how many positions methods in the layer move the real tokens up.</summary>
    internal int PositionShift => attention.PositionShift;

    private Tensor Attend(Tensor asked, Tensor all, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(attention.call(asked, all, mask));
    }
}

/// <summary>The layers, one after the other.</summary>
public sealed class EncoderStack : Module<Tensor, Tensor?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly ModuleList<EncoderLayer> layer;
#pragma warning restore IDE1006

    internal EncoderStack(EncoderConfig config)
        : base(nameof(EncoderStack))
    {
        layer = new ModuleList<EncoderLayer>([.. Enumerable.Range(0, config.Layers).Select(_ => new EncoderLayer(config))]);
        RegisterComponents();
    }

    /// <summary>
    /// Whether layers keep their inputs alone and are computed again in the backward pass (<see cref="ActivationCheckpoint"/>): the same
    /// results for less memory and more time.
    /// </summary>
    public bool CheckpointsActivations { get; set; }

    /// <summary>The last layer's output.</summary>
    /// <param name="hidden">Embedding output [batch, length, hidden].</param>
    /// <param name="mask">True for tokens that may be attended to, bool, broadcastable to [batch, heads, length, length]; null for
    /// all.</param>
    /// <returns>[batch, length, hidden].</returns>
    public override Tensor forward(Tensor hidden, Tensor? mask) => layer.Aggregate(hidden, (state, one) => Whole(one, state, mask));

    /// <summary>
    /// The last layer's output for one token alone. Nothing else of that layer is computed but its keys and values: a fifth of the
    /// work of a model of four layers. Where a method attached there looks across tokens, all of the layer is computed.
    /// </summary>
    /// <param name="hidden">Embedding output [batch, length, hidden].</param>
    /// <param name="mask">As for <see cref="forward"/>.</param>
    /// <param name="token">The token's index.</param>
    /// <returns>[batch, 1, hidden], or [batch, length, hidden].</returns>
    public Tensor OneToken(Tensor hidden, Tensor? mask, long token)
    {
        var last = layer[^1];
        var state = layer.SkipLast(1).Aggregate(hidden, (state, one) => Whole(one, state, mask));
        return last.IsTokenwise ? Run(last, state, mask, all => all.narrow(1, token, 1)) : Whole(last, state, mask);
    }

    /// <summary>By how many positions methods in the layers move the real tokens up.</summary>
    internal int PositionShift => layer.Max(one => one.PositionShift);

    /// <summary>Every layer's output.</summary>
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

    private Tensor Whole(EncoderLayer one, Tensor state, Tensor? mask) => Run(one, state, mask, all => all);

    /// <summary>Runs a layer on those of its states that are asked for.</summary>
    private Tensor Run(EncoderLayer one, Tensor state, Tensor? mask, Func<Tensor, Tensor> asked)
    {
        Tensor Pass(Tensor all, Tensor? seen) => one.call(asked(all), all, seen);
        return CheckpointsActivations ? ActivationCheckpoint.Run(one, given => Pass(given[0]!, given[1]), state, mask) : Pass(state, mask);
    }
}
