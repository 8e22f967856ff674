using Peft;
using Peft.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ForeignBackbone;

/// <summary>Self-attention with DistilBERT's names.</summary>
[InjectionHost]
public sealed partial class DistilAttention : Module<Tensor, Tensor?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear q_lin, k_lin, v_lin, out_lin;
#pragma warning restore IDE1006
    private readonly long _heads;

    internal DistilAttention(long width, long heads)
        : base(nameof(DistilAttention))
    {
        _heads = heads;
        (q_lin, k_lin, v_lin, out_lin) = (Linear(width, width), Linear(width, width), Linear(width, width), Linear(width, width));
        RegisterComponents();
    }

    [ProjectionSite(Site.Query, nameof(q_lin))]
    private partial Tensor Query(Tensor x);

    [ProjectionSite(Site.Key, nameof(k_lin))]
    private partial Tensor Key(Tensor x);

    [ProjectionSite(Site.Value, nameof(v_lin))]
    private partial Tensor Value(Tensor x);

    [ProjectionSite(Site.AttentionOutput, nameof(out_lin))]
    private partial Tensor Output(Tensor x);

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor? mask)
    {
        var mixed = functional.scaled_dot_product_attention(Split(Query(x)), Split(Key(x)), Split(Value(x)), mask);
        return Output(mixed.transpose(1, 2).reshape(x.shape));
    }

    /// <summary>[B, T, width] to [B, heads, T, width / heads].</summary>
    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);
}

/// <summary>A layer: attention and feed-forward block, a norm behind each residual.</summary>
[InjectionHost]
public sealed partial class DistilLayer : Module<Tensor, Tensor?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly DistilAttention attention;
    private readonly LayerNorm sa_layer_norm, output_layer_norm;
    private readonly Linear lin1, lin2;
#pragma warning restore IDE1006

    internal DistilLayer(long width, long heads)
        : base(nameof(DistilLayer))
    {
        attention = new DistilAttention(width, heads);
        (sa_layer_norm, output_layer_norm) = (LayerNorm(width), LayerNorm(width));
        (lin1, lin2) = (Linear(width, 4 * width), Linear(4 * width, width));
        RegisterComponents();
    }

    [StreamSite(Site.AfterAttention, nameof(sa_layer_norm))]
    private partial Tensor AfterAttention(Tensor hidden, Tensor residual);

    [ProjectionSite(Site.FeedForwardUp, nameof(lin1))]
    private partial Tensor Up(Tensor x);

    [ProjectionSite(Site.FeedForwardDown, nameof(lin2))]
    private partial Tensor Down(Tensor x);

    [StreamSite(Site.AfterFeedForward, nameof(output_layer_norm))]
    private partial Tensor AfterFeedForward(Tensor hidden, Tensor residual);

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor? mask)
    {
        x = sa_layer_norm.call(AfterAttention(attention.call(x, mask), x) + x);
        return output_layer_norm.call(AfterFeedForward(Down(functional.gelu(Up(x))), x) + x);
    }
}

/// <summary>Embeddings, layers and a head on the first token.</summary>
public sealed class DistilClassifier : Module<Tensor, Tensor>, IClassifierBackbone
{
    /// <summary>The head's name.</summary>
    public const string HeadName = nameof(classifier);

#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Embedding word_embeddings;
    private readonly ModuleList<DistilLayer> layer;
    private readonly Linear classifier;
#pragma warning restore IDE1006

    /// <summary>A classifier with random weights.</summary>
    public DistilClassifier(long vocabulary = 50, long width = 16, long heads = 4, int layers = 2, long labels = 3)
        : base(nameof(DistilClassifier))
    {
        word_embeddings = Embedding(vocabulary, width);
        layer = new ModuleList<DistilLayer>([.. Enumerable.Range(0, layers).Select(_ => new DistilLayer(width, heads))]);
        classifier = Linear(width, labels);
        RegisterComponents();
    }

    /// <summary>Logits [B, labels] of ids [B, T].</summary>
    public override Tensor forward(Tensor ids) => Classify(ids, mask: null, types: null);

    /// <inheritdoc/>
    public Tensor Classify(Tensor ids, Tensor? mask, Tensor? types)
    {
        var real = mask?.to(ScalarType.Bool).unsqueeze(1).unsqueeze(1); // [B, 1, 1, T]
        return classifier.call(layer.Aggregate(word_embeddings.call(ids), (state, one) => one.call(state, real)).select(1, 0));
    }

    Module IBackbone.Body => layer;

    string IBackbone.HeadName => HeadName;

    int IBackbone.MaxLength => 512;

    int IBackbone.VocabularySize => (int)word_embeddings.weight!.shape[0];

    bool IClassifierBackbone.HasSegments => false;

    bool IBackbone.RecomputesActivations
    {
        get => false;
        set
        {
            if (value)
                throw new NotSupportedException("the example has no recomputed layers.");
        }
    }
}
