using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plain;

/// <summary>Sizes of an encoder.</summary>
internal sealed record BertShape(int Layers, long Hidden, long Heads)
{
    public const long Vocabulary = 30522, Positions = 512;
    public const double Dropout = 0.1, Epsilon = 1e-12;

    public static BertShape Named(string name) => name switch
    {
        "bert-base" => new(12, 768, 12),
        "tiny" => new(4, 256, 4),
        _ => throw new ArgumentException($"shape '{name}' is neither bert-base nor tiny", nameof(name)),
    };
}

internal sealed class BertAttention : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> query, key, value, output;
    private readonly Dropout drop = Dropout(BertShape.Dropout);
    private readonly long _heads;

    public BertAttention(BertShape shape, bool lora)
        : base(nameof(BertAttention))
    {
        _heads = shape.Heads;
        Module<Tensor, Tensor> Map(bool adapted)
        {
            var linear = Weights.Linear(shape.Hidden, shape.Hidden);
            Weights.Freeze(linear);
            return adapted ? new LoraLinear(linear) : linear;
        }

        (query, key, value, output) = (Map(lora), Map(false), Map(lora), Map(false));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var mixed = functional.scaled_dot_product_attention(
            Split(query.call(x)), Split(key.call(x)), Split(value.call(x)), p: training ? BertShape.Dropout : 0);
        return drop.call(output.call(mixed.transpose(1, 2).reshape(x.shape)));
    }

    /// <summary>[B, T, hidden] to [B, heads, T, hidden / heads].</summary>
    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);
}

internal sealed class BertLayer : Module<Tensor, Tensor>
{
    private readonly BertAttention attention;
    private readonly LayerNorm attentionNorm, norm;
    private readonly Linear up, down;
    private readonly Dropout drop = Dropout(BertShape.Dropout);
    private readonly HoulsbyAdapter? attentionAdapter, adapter;

    public BertLayer(BertShape shape, string method)
        : base(nameof(BertLayer))
    {
        attention = new BertAttention(shape, method == "lora");
        (attentionNorm, norm) = (LayerNorm(shape.Hidden, BertShape.Epsilon), LayerNorm(shape.Hidden, BertShape.Epsilon));
        (up, down) = (Weights.Linear(shape.Hidden, 4 * shape.Hidden), Weights.Linear(4 * shape.Hidden, shape.Hidden));
        foreach (var frozen in (Module[])[attentionNorm, norm, up, down])
            Weights.Freeze(frozen);
        Experts = method switch { "houlsby" => 1, "adamix-houlsby" => 4, _ => 0 };
        if (Experts > 0)
            (attentionAdapter, adapter) = (new HoulsbyAdapter(shape.Hidden, Experts), new HoulsbyAdapter(shape.Hidden, Experts));
        RegisterComponents();
    }

    /// <summary>Experts of each adapter; 0 without adapters.</summary>
    public int Experts { get; }

    /// <summary>Chooses the pass's expert.</summary>
    public void Route(int expert) => attentionAdapter!.Route = adapter!.Route = expert;

    public override Tensor forward(Tensor x)
    {
        var attended = attention.call(x);
        var middle = attentionNorm.call((attentionAdapter?.call(attended) ?? attended) + x);
        var fed = drop.call(down.call(functional.gelu(up.call(middle))));
        return norm.call((adapter?.call(fed) ?? fed) + middle);
    }
}

/// <summary>BERT with a classification head on the first token; head and adapters are trained.</summary>
internal sealed class Bert : Module<Tensor, Tensor>
{
    private readonly Embedding words, positions, types;
    private readonly LayerNorm norm;
    private readonly Dropout drop = Dropout(BertShape.Dropout);
    private readonly ModuleList<BertLayer> layers;
    private readonly Linear pooler, head;
    private readonly Random _routes = new(1);

    public Bert(BertShape shape, string method)
        : base(nameof(Bert))
    {
        words = Weights.Embedding(BertShape.Vocabulary, shape.Hidden);
        (positions, types) = (Weights.Embedding(BertShape.Positions, shape.Hidden), Weights.Embedding(2, shape.Hidden));
        norm = LayerNorm(shape.Hidden, BertShape.Epsilon);
        layers = new ModuleList<BertLayer>([.. Enumerable.Range(0, shape.Layers).Select(_ => new BertLayer(shape, method))]);
        (pooler, head) = (Weights.Linear(shape.Hidden, shape.Hidden), Weights.Linear(shape.Hidden, 2));
        foreach (var frozen in (Module[])[words, positions, types, norm, pooler])
            Weights.Freeze(frozen);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        var x = words.call(ids) + positions.call(arange(ids.shape[1])) + types.call(zeros_like(ids));
        x = drop.call(norm.call(x));
        foreach (var layer in layers)
        {
            if (layer.Experts > 1)
                layer.Route(_routes.Next(layer.Experts));
            x = layer.call(x);
        }

        return head.call(drop.call(pooler.call(x.select(1, 0)).tanh()));
    }
}
