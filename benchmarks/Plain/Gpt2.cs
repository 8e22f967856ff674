using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plain;

/// <summary>Keys and values of a layer's tokens so far, each [batch, heads, tokens, width].</summary>
internal sealed record Past(Tensor Keys, Tensor Values);

/// <summary>
/// LoRA of rank 4 on the query's and the value's part of the fused projection; with several experts AdaMix: one A for each pass, B shared.
/// </summary>
internal sealed class LoraAttentionInput : Module<Tensor, Tensor>
{
    private const long Rank = 4;
    private const double Scale = 32.0 / Rank;
    private readonly Linear linear;
    private readonly ParameterList a;
    private readonly Parameter queryB, valueB;
    private readonly Random _routes = new(1);

    public LoraAttentionInput(Linear frozen, int experts)
        : base(nameof(LoraAttentionInput))
    {
        linear = frozen;
        a = new ParameterList([.. Enumerable.Range(0, experts)
            .Select(_ => new Parameter(randn(2 * Rank, frozen.in_features) * Weights.Deviation))]);
        (queryB, valueB) = (new Parameter(zeros(frozen.in_features, Rank)), new Parameter(zeros(frozen.in_features, Rank)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var low = (Scale * functional.linear(x, a[_routes.Next(a.Count)])).chunk(2, -1);
        var parts = linear.call(x).chunk(3, -1);
        return cat([parts[0] + functional.linear(low[0], queryB), parts[1], parts[2] + functional.linear(low[1], valueB)], -1);
    }
}

internal sealed class Gpt2Block : Module<Tensor, Past?, (Tensor Hidden, Past Past)>
{
    private readonly LayerNorm ln_1, ln_2;
    private readonly Module<Tensor, Tensor> c_attn;
    private readonly Linear c_proj, c_fc, mlp_proj;
    private readonly Dropout drop = Dropout(Gpt2.Probability);

    public Gpt2Block(int experts, bool full)
        : base(nameof(Gpt2Block))
    {
        (ln_1, ln_2) = (LayerNorm(Gpt2.Hidden), LayerNorm(Gpt2.Hidden));
        var fused = Weights.Linear(Gpt2.Hidden, 3 * Gpt2.Hidden);
        c_proj = Weights.Linear(Gpt2.Hidden, Gpt2.Hidden);
        (c_fc, mlp_proj) = (Weights.Linear(Gpt2.Hidden, 4 * Gpt2.Hidden), Weights.Linear(4 * Gpt2.Hidden, Gpt2.Hidden));
        if (!full)
        {
            foreach (var frozen in (Module[])[ln_1, ln_2, fused, c_proj, c_fc, mlp_proj])
                Weights.Freeze(frozen);
        }

        c_attn = experts > 0 ? new LoraAttentionInput(fused, experts) : fused;
        RegisterComponents();
    }

    public override (Tensor Hidden, Past Past) forward(Tensor x, Past? past)
    {
        var parts = c_attn.call(ln_1.call(x)).chunk(3, -1).Select(Split).ToArray();
        var (query, keys, values) = (parts[0], parts[1], parts[2]);
        if (past is not null)
            (keys, values) = (cat([past.Keys, keys], 2), cat([past.Values, values], 2));
        var mixed = functional.scaled_dot_product_attention(query, keys, values, p: training
            ? Gpt2.Probability : 0, is_casual: past is null);
        x = x + drop.call(c_proj.call(mixed.transpose(1, 2).reshape(x.shape)));
        return (x + drop.call(mlp_proj.call(functional.gelu(c_fc.call(ln_2.call(x))))), new Past(keys, values));
    }

    /// <summary>[B, T, hidden] to [B, heads, T, hidden / heads].</summary>
    private static Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], Gpt2.Heads, -1).transpose(1, 2);
}

/// <summary>GPT-2 small; its head is the word embedding.</summary>
internal sealed class Gpt2 : Module<Tensor, IReadOnlyList<Past>?, (Tensor Hidden, IReadOnlyList<Past> Past)>
{
    public const long Hidden = 768, Heads = 12, Vocabulary = 50257, Positions = 1024;
    public const double Probability = 0.1;
    private const int Layers = 12;
    private readonly Embedding wte, wpe;
    private readonly Dropout drop = Dropout(Probability);
    private readonly ModuleList<Gpt2Block> h;
    private readonly LayerNorm ln_f;

    /// <param name="experts">LoRA's experts; 0 without LoRA.</param>
    /// <param name="full">Whether all weights are trained.</param>
    public Gpt2(int experts, bool full)
        : base(nameof(Gpt2))
    {
        (wte, wpe) = (Weights.Embedding(Vocabulary, Hidden), Weights.Embedding(Positions, Hidden));
        h = new ModuleList<Gpt2Block>([.. Enumerable.Range(0, Layers).Select(_ => new Gpt2Block(experts, full))]);
        ln_f = LayerNorm(Hidden);
        if (!full)
        {
            foreach (var frozen in (Module[])[wte, wpe, ln_f])
                Weights.Freeze(frozen);
        }

        RegisterComponents();
    }

    public override (Tensor Hidden, IReadOnlyList<Past> Past) forward(Tensor ids, IReadOnlyList<Past>? past)
    {
        var seen = past is null ? 0 : past[0].Keys.shape[2];
        var x = drop.call(wte.call(ids) + wpe.call(arange(seen, seen + ids.shape[1])));
        var all = new List<Past>();
        for (var layer = 0; layer < h.Count; layer++)
        {
            (x, var kept) = h[layer].call(x, past?[layer]);
            all.Add(kept);
        }

        return (ln_f.call(x), all);
    }

    /// <summary>[..., hidden] to [..., vocabulary].</summary>
    public Tensor Logits(Tensor hidden) => functional.linear(hidden, wte.weight!);
}
