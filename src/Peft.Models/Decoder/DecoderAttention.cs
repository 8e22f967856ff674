using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>Causal multi-head self-attention with its output projection. The layer applies the dropout after it.</summary>
/// <remarks>
/// Checkpoints store query, key and value in one matrix (<c>c_attn</c>). Here each is a separate linear map, so that methods can adapt each
/// of them as in an encoder. <see cref="Conv1DArchive"/> converts between the two.
/// </remarks>
[InjectionHost]
internal sealed partial class DecoderAttention : Module<Tensor, Tensor?, KeyValueCache?, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear c_proj;
#pragma warning restore IDE1006
    private readonly DecoderConfig _config;
    private readonly int _layer;

    /// <summary>What queries are multiplied by, beside the division by the root of a head's width.</summary>
    private readonly double _scale;

    internal DecoderAttention(DecoderConfig config, int layer)
        : base(nameof(DecoderAttention))
    {
        (_config, _layer) = (config, layer);
        _scale = (config.ScalesAttention ? 1 : Math.Sqrt(config.HiddenSize / config.Heads))
            / (config.ScalesAttentionByLayer ? layer + 1 : 1);
        query = Linear(config.HiddenSize, config.HiddenSize);
        key = Linear(config.HiddenSize, config.HiddenSize);
        value = Linear(config.HiddenSize, config.HiddenSize);
        c_proj = Linear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    [ProjectionSite(Site.Query, nameof(query))]
    private partial Tensor Query(Tensor x);

    [ProjectionSite(Site.Key, nameof(key))]
    private partial Tensor Key(Tensor x);

    [ProjectionSite(Site.Value, nameof(value))]
    private partial Tensor Value(Tensor x);

    [ProjectionSite(Site.AttentionOutput, nameof(c_proj))]
    private partial Tensor Project(Tensor x);

    [AttentionSite(Site.Attention, nameof(key))]
    private partial AttentionInputs Attend(Tensor hidden, AttentionInputs own);

    internal int PositionShift => AttendPoint.PositionShift;

    /// <summary>Computes the attention.</summary>
    /// <param name="hidden">[batch, length, hidden].</param>
    /// <param name="mask">True where a query may attend, bool, broadcastable to [batch, heads, length, length so far].</param>
    /// <param name="cache">Keys and values of the previous tokens, or null.</param>
    /// <returns>[batch, length, hidden].</returns>
    public override Tensor forward(Tensor hidden, Tensor? mask, KeyValueCache? cache)
    {
        var (keys, values) = (AttentionHeads.Split(Key(hidden), _config.Heads), AttentionHeads.Split(Value(hidden), _config.Heads));
        if (cache is not null)
            (keys, values) = cache.Append(_layer, keys, values);
        var own = Attend(hidden, new AttentionInputs(keys, values, mask));
        var queries = AttentionHeads.Split(Query(hidden), _config.Heads);
        var mixed = own.Over(_scale == 1 ? queries : queries * _scale, training ? _config.AttentionDropout : 0);
        return Project(AttentionHeads.Join(mixed));
    }
}
