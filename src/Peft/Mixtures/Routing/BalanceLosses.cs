using static TorchSharp.torch;

namespace Peft;

/// <summary>The load-balancing losses of one pass, a scalar for each place with a learned router.</summary>
internal sealed class BalanceLosses
{
    private readonly Dictionary<object, Tensor> _byPlace = [];

    /// <summary>Their mean; null if no place reported one.</summary>
    public Tensor? Mean => _byPlace.Count == 0 ? null : stack(_byPlace.Values).mean();

    /// <summary>
    /// Records a place's loss. It is kept beyond the layer that computed it, until the next pass. A layer that will be recomputed delivers
    /// the tensor of its graph instead.
    /// </summary>
    public void Report(object place, Tensor loss)
    {
        if (LayerRun.Current is { } run)
            run.Give(loss, given => Keep(place, given));
        else
            Keep(place, loss);
    }

    /// <summary>Frees the tensors.</summary>
    public void Clear()
    {
        foreach (var loss in _byPlace.Values)
            loss.Dispose();
        _byPlace.Clear();
    }

    private void Keep(object place, Tensor loss)
    {
        if (_byPlace.Remove(place, out var old))
            old.Dispose();
        _byPlace[place] = loss.DetachFromDisposeScope();
    }
}
