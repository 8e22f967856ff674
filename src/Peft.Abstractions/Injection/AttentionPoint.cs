using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The keys and values of a self-attention, with the methods that add to them.</summary>
/// <param name="site">The site.</param>
/// <param name="key">The key projection; read lazily, because the host creates it in its constructor.</param>
public sealed class AttentionPoint(Site site, Func<Linear> key) : InjectionPoint(site, "")
{
    private AttentionMethod[] _methods = [];

    private protected override bool HasNoMethod => _methods.Length == 0;

    private protected override bool MethodsAreTokenwise => Array.TrueForAll(_methods, method => !method.IsEnabled || method.IsTokenwise);

    /// <summary>
    /// The number of positions by which the attached methods shift the real tokens. A backbone with absolute positions takes the maximum
    /// over its layers before it looks positions up.
    /// </summary>
    public int PositionShift => _methods.Sum(method => method.IsEnabled ? method.PositionShift : 0);

    internal override SiteDimensions Dimensions => new((int)key().weight!.shape[0], (int)key().weight!.shape[0]);

    /// <summary>Concatenates every attached method's keys and values with the layer's own.</summary>
    /// <param name="hidden">The layer's input, [batch, length, Hidden].</param>
    /// <param name="own">The layer's own keys, values and mask.</param>
    /// <returns>The inputs of the attention. Its mask lets every query attend to the added keys.</returns>
    public AttentionInputs Apply(Tensor hidden, AttentionInputs own)
    {
        foreach (var method in _methods)
        {
            if (method.IsEnabled)
                own = Extend(own, method.Run(hidden, key().training));
        }

        return own;
    }

    private static AttentionInputs Extend(AttentionInputs own, KeysAndValues added)
    {
        var (addedKeys, addedValues) = (added.Keys, added.Values);
        var perQuery = added.Gate is { } gate && gate.shape[1] > 1 ? gate : null;
        if (added.Gate is { } one && perQuery is null)
            (addedKeys, addedValues) = (one * addedKeys, one * addedValues);
        var keys = cat([Heads(addedKeys, own.Key), own.Key], 2);
        var values = cat([Heads(addedValues, own.Value), own.Value], 2);
        return new AttentionInputs(keys, values, Open(own.Mask, addedKeys.shape[1]), Gates(own, perQuery, addedKeys.shape[1]));
    }

    /// <summary>A mask with added columns in front, to which every query may attend.</summary>
    private static Tensor? Open(Tensor? mask, long added)
    {
        if (mask is null)
            return null;
        long[] shape = [.. mask.shape[..^1], added];
        var open = mask.dtype == ScalarType.Bool
            ? ones(shape, dtype: ScalarType.Bool, device: mask.device) : zeros(shape, dtype: mask.dtype, device: mask.device);
        return cat([open, mask], -1);
    }

    /// <summary>The gates with added columns in front, [batch, 1, queries, added + keys]; null if all are 1.</summary>
    private static Tensor? Gates(AttentionInputs own, Tensor? gate, long added)
    {
        if (gate is null && own.Gates is null)
            return null;
        var queries = gate?.shape[1] ?? own.Gates!.shape[2];
        Tensor Ones(long columns) => ones([own.Key.shape[0], 1, queries, columns], dtype: own.Key.dtype, device: own.Key.device);
        var front = gate is null ? Ones(added) : gate.to_type(own.Key.dtype).unsqueeze(1).expand(own.Key.shape[0], 1, queries, added);
        return cat([front, own.Gates ?? Ones(own.Key.shape[2])], -1);
    }

    /// <summary>Reshapes [batch or 1, added, Hidden] to [batch, heads, added, width], in the layer's dtype.</summary>
    private static Tensor Heads(Tensor added, Tensor like) =>
        added.view(added.shape[0], added.shape[1], like.shape[1], like.shape[3]).transpose(1, 2)
            .expand(like.shape[0], like.shape[1], added.shape[1], like.shape[3]).to_type(like.dtype);

    internal override void Attach(AdaptationMethod method) => _methods = [.. _methods, (AttentionMethod)method];

    internal override void Detach(AdaptationMethod method) => _methods = [.. _methods.Where(other => other != method)];
}
