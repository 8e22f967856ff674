using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The head values of the backbone and of each adapter. One set is live in the backbone's parameters; the others are copies. The parameter
/// objects never change, so optimisers can hold them.
/// </summary>
internal sealed class HeadValues(PeftModel model) : IDisposable
{
    private readonly Dictionary<Adapter, Dictionary<string, Tensor>> _stored = [];
    private Dictionary<string, Tensor> _base = [];
    private Adapter? _live;

    /// <summary>Gives an adapter its own head, initialised with the backbone's values.</summary>
    public void Add(Adapter owner) => _stored.Add(owner, Copy(Get(null)));

    /// <summary>Makes a head live. Null, or an adapter without its own head, selects the backbone's head.</summary>
    public void Switch(Adapter? owner)
    {
        var next = owner is not null && _stored.ContainsKey(owner) ? owner : null;
        if (next == _live)
            return;
        var left = Copy(Get(_live));
        Free(_live is null ? _base : _stored[_live]);
        if (_live is null)
            _base = left;
        else
            _stored[_live] = left;
        using var frozen = no_grad();
        var values = next is null ? _base : _stored[next];
        foreach (var (name, parameter) in model.HeadParameters)
        {
            parameter.copy_(values[name]);
            parameter.grad = null!; // of the head that was live before
        }

        _live = next;
    }

    /// <summary>The head values of an adapter, or of the backbone. Write to them only under no_grad.</summary>
    public IReadOnlyDictionary<string, Tensor> Get(Adapter? owner)
    {
        var key = owner is not null && _stored.ContainsKey(owner) ? owner : null;
        if (key == _live)
            return model.HeadParameters.ToDictionary(pair => pair.Name, pair => (Tensor)pair.Parameter);
        return key is null ? _base : _stored[key];
    }

    /// <summary>own + sum over i of w_i (head_i - own), as task vectors are added (Ilharco et al. 2023).</summary>
    public void Combine(Adapter target, IEnumerable<WeightedAdapter> parts)
    {
        foreach (var (name, value) in Get(target))
        {
            var own = Get(null)[name];
            value.copy_(parts.Aggregate(own.clone(), (sum, part) => sum + part.Weight * (Get(part.Adapter)[name] - own)));
        }
    }

    /// <summary>Transfers an adapter's head, live or not, to the adapter that replaces it.</summary>
    public void Move(Adapter owner, Adapter successor)
    {
        if (_stored.Remove(owner, out var values))
            _stored.Add(successor, values);
        if (_live == owner)
            _live = successor;
    }

    /// <summary>Makes the live values the backbone's own values.</summary>
    public void Keep() => _live = null;

    /// <summary>Frees an adapter's head, which must not be live.</summary>
    public void Remove(Adapter owner)
    {
        if (_stored.Remove(owner, out var values))
            Free(values);
    }

    public void Dispose()
    {
        foreach (var values in _stored.Values.Append(_base))
            Free(values);
        _stored.Clear();
        _base = [];
    }

    private static Dictionary<string, Tensor> Copy(IReadOnlyDictionary<string, Tensor> values)
    {
        using var frozen = no_grad();
        return values.ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone().DetachFromDisposeScope());
    }

    private static void Free(Dictionary<string, Tensor> values)
    {
        foreach (var value in values.Values)
            value.Dispose();
    }
}
