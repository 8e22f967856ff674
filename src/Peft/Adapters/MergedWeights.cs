using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>An adapter may not be merged, or not now.</summary>
/// <param name="message">What was found and what to do.</param>
public sealed class MergeException(string message) : Exception(message);

/// <summary>The deltas that a merge added, so that they can be taken out again.</summary>
internal sealed class MergedWeights
{
    private readonly List<(Linear Linear, WeightDelta Delta)> _deltas;

    private MergedWeights(List<(Linear, WeightDelta)> deltas) => _deltas = deltas;

    /// <summary>Computes and checks every delta, then adds them.</summary>
    public static MergedWeights Apply(Adapter adapter)
    {
        if (!adapter.Spec.Method.Mergeable)
            throw new MergeException($"{adapter.Spec.Method.Name} cannot be merged: its formula is no change of a weight. Use it as it is.");
        adapter.Router?.Use(null);
        using var frozen = no_grad();
        var deltas = new List<(Linear, WeightDelta)>();
        foreach (var attached in adapter.Attached)
            deltas.Add((((ProjectionPoint)attached.Address.Point).Linear, DeltaOf(attached)));
        foreach (var (linear, delta) in deltas)
            Add(linear, delta, 1);
        return new MergedWeights(deltas);
    }

    public void Revert()
    {
        using var frozen = no_grad();
        foreach (var (linear, delta) in _deltas)
        {
            Add(linear, delta, -1);
            delta.Weight.Dispose();
            delta.Bias?.Dispose();
        }
    }

    private static WeightDelta DeltaOf(AttachedMethod attached)
    {
        using var scope = NewDisposeScope();
        var delta = ((ProjectionMethod)attached.Method).WeightDelta()
            ?? throw new MergeException($"the method at {attached.Address.Path} gave no delta.");
        if (!IsFinite(delta.Weight) || (delta.Bias is { } bias && !IsFinite(bias)))
            throw new MergeException($"the delta of {attached.Address.Path} has values that are not finite; nothing was merged. Check the adapter's training.");
        scope.Detach(delta.Weight);
        if (delta.Bias is not null)
            scope.Detach(delta.Bias);
        return delta;
    }

    private static bool IsFinite(Tensor tensor) => tensor.isfinite().all().ToBoolean();

    private static void Add(Linear linear, WeightDelta delta, double sign)
    {
        using var scope = NewDisposeScope();
        linear.weight!.add_(delta.Weight.to_type(linear.weight.dtype), sign);
        if (delta.Bias is not null)
            linear.bias!.add_(delta.Bias.to_type(linear.bias.dtype), sign);
    }
}
