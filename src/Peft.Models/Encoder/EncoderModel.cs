using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>
/// The encoder without a head: embeddings, a linear map to the layers' width where the embeddings have another (ELECTRA), layers and, for
/// BERT, the pooler.
/// </summary>
public sealed class EncoderModel : Module<EncoderInputs, EncoderOutput>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly EncoderEmbeddings embeddings;
    private readonly Linear? embeddings_project;
    private readonly EncoderStack? encoder;
    private readonly EncoderStack? transformer; // DistilBERT's name of the same
    private readonly EncoderPooler? pooler;
#pragma warning restore IDE1006

    /// <summary>Creates an encoder with new weights (normal, standard deviation <see cref="EncoderConfig.InitializerRange"/>).</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="withPooler">Whether to include the checkpoint's pooler.</param>
    /// <param name="blank">Whether to skip the initialisation of the encoder's weights, because all of them are loaded later.</param>
    public EncoderModel(EncoderConfig config, bool withPooler, bool blank = false)
        : base(nameof(EncoderModel))
    {
        Config = config;
        embeddings = new EncoderEmbeddings(config);
        embeddings_project = config.EmbeddingSize == config.HiddenSize ? null : Linear(config.EmbeddingSize, config.HiddenSize);
        if (config.Layout.Stack == nameof(transformer))
            transformer = new EncoderStack(config);
        else
            encoder = new EncoderStack(config);
        pooler = withPooler ? new EncoderPooler(config) : null;
        RegisterComponents();
        if (!blank)
            Initialization.Apply(this, config.InitializerRange);
    }

    /// <summary>The sizes.</summary>
    public EncoderConfig Config { get; }

    /// <summary>The embeddings.</summary>
    internal EncoderEmbeddings Embeddings => embeddings;

    /// <summary>The layers.</summary>
    internal EncoderStack Stack => encoder ?? transformer!;

    /// <summary>tanh(W h0 + b) of the first token, [batch, hidden].</summary>
    /// <param name="hidden">The last hidden state [batch, length, hidden].</param>
    /// <returns>The pooled state.</returns>
    /// <exception cref="InvalidOperationException">The encoder was created without a pooler.</exception>
    public Tensor Pool(Tensor hidden) =>
        (pooler ?? throw new InvalidOperationException("this encoder was made without a pooler")).call(hidden);

    /// <summary>Gives the pooler new weights.</summary>
    internal void ResetPooler() => Initialization.Apply(pooler!, Config.InitializerRange);

    /// <inheritdoc/>
    public override EncoderOutput forward(EncoderInputs input) => new([Pass(input, (hidden, mask, _) => Stack.call(hidden, mask))]);

    /// <summary>Runs the forward pass for the first token only, as classifiers need it.</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The last hidden state [batch, 1, hidden]; that of all tokens if a method in the last layer needs them.</returns>
    public Tensor FirstToken(EncoderInputs input) =>
        Pass(input, (hidden, mask, first) => Stack.OneToken(hidden, mask, first));

    /// <summary>Runs the forward pass and keeps every hidden state.</summary>
    /// <param name="input">The batch.</param>
    /// <returns>The embedding output and every layer's output.</returns>
    public EncoderOutput States(EncoderInputs input)
    {
        IReadOnlyList<Tensor> states = [];
        Pass(input, (hidden, mask, first) =>
        {
            states = [.. Stack.States(hidden, mask).Select(state => VirtualTokens.Remove(state, first))];
            return states[^1];
        });
        return new EncoderOutput(states);
    }

    /// <summary>
    /// Embeds the batch, runs the layers, and removes the states of virtual tokens. While the layers run, methods can query which tokens
    /// are real.
    /// </summary>
    private Tensor Pass(EncoderInputs input, Func<Tensor, Tensor?, long, Tensor> layers)
    {
        var embedded = embeddings.call(input, Stack.PositionShift);
        var hidden = embeddings_project is null ? embedded : embeddings_project.call(embedded);
        var added = hidden.shape[1] - input.Ids.shape[1];
        var mask = input.Mask is null ? null : VirtualTokens.Extend(input.Mask, added);
        using var pass = ForwardPass.Begin(mask);
        return VirtualTokens.Remove(layers(hidden, AttentionMask(mask), added), added);
    }

    /// <summary>Converts [batch, length] of 0 and 1 to bool [batch, 1, 1, length].</summary>
    /// <param name="mask">1 for real tokens, or null.</param>
    /// <returns>The mask for attention, or null.</returns>
    public static Tensor? AttentionMask(Tensor? mask) => mask?.to_type(ScalarType.Bool).unsqueeze(1).unsqueeze(1);
}

/// <summary>BERT's pooler: tanh(W h0 + b).</summary>
[InjectionHost]
internal sealed partial class EncoderPooler : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
#pragma warning restore IDE1006

    internal EncoderPooler(EncoderConfig config)
        : base(nameof(EncoderPooler))
    {
        dense = Linear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    [ProjectionSite(Site.Pooler, nameof(dense))]
    private partial Tensor Project(Tensor x);

    /// <inheritdoc/>
    public override Tensor forward(Tensor hidden) => Project(hidden.select(1, 0).to_type(dense.weight!.dtype)).tanh();
}
