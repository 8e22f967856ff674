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
    private readonly List<Change> _changes;

    private MergedWeights(List<Change> changes) => _changes = changes;

    /// <summary>Computes and checks every delta, then adds them.</summary>
    public static MergedWeights Apply(Adapter adapter)
    {
        if (adapter.Spec.Parts.FirstOrDefault(part => !part.Method.Mergeable) is { } part)
            throw new MergeException($"{part.Method.Name} cannot be merged: its formula is no change of a weight. Use it as it is.");
        adapter.Router?.Use(null);
        using var frozen = no_grad();
        var changes = new List<Change>();
        foreach (var attached in adapter.Attached)
            changes.Add(ChangeOf(attached));
        foreach (var change in changes)
            change.Add(1);
        return new MergedWeights(changes);
    }

    public void Revert()
    {
        using var frozen = no_grad();
        foreach (var change in _changes)
        {
            change.Add(-1);
            change.Dispose();
        }
    }

    private static Change ChangeOf(AttachedMethod attached)
    {
        using var scope = NewDisposeScope();
        var change = attached.Address.Point switch
        {
            ProjectionPoint point => OfMap(point.Linear, (ProjectionMethod)attached.Method),
            NormPoint point => OfNorm(point.Norm, (NormMethod)attached.Method),
            _ => null,
        };
        if (change is null)
            throw new MergeException($"{attached.Part.Method.Name} cannot be merged with the options it has at {attached.Address.Path}: its formula is no change of a weight there.");
        if (change is { BiasDelta: not null, Bias: null })
            throw new MergeException($"the method at {attached.Address.Path} changes a bias, and the linear map has none; nothing was merged.");
        if (!IsFinite(change.WeightDelta) || !IsFinite(change.BiasDelta))
            throw new MergeException($"the delta of {attached.Address.Path} has values that are not finite; nothing was merged. Check the adapter's training.");
        if (change.WeightDelta is { } weight)
            scope.Detach(weight);
        if (change.BiasDelta is { } bias)
            scope.Detach(bias);
        return change;
    }

    private static Change? OfMap(Linear map, ProjectionMethod method) =>
        method.WeightDelta() is { } delta ? new Change(map.weight, map.bias, delta.Weight, delta.Bias) : null;

    /// <summary>The parameters that the method gives, less those that it was given.</summary>
    private static Change OfNorm(LayerNorm norm, NormMethod method)
    {
        var own = NormMethod.Widen(new NormParameters(norm.weight!, norm.bias!));
        var merged = method.Run(own, training: false);
        return new Change(norm.weight, norm.bias, merged.Weight - own.Weight, merged.Bias - own.Bias);
    }

    private static bool IsFinite(Tensor? tensor) => tensor is null || tensor.isfinite().all().ToBoolean();

    /// <summary>What is added to the two parameters of a layer.</summary>
    private sealed record Change(Parameter? Weight, Parameter? Bias, Tensor? WeightDelta, Tensor? BiasDelta) : IDisposable
    {
        public void Add(double sign)
        {
            using var scope = NewDisposeScope();
            if (WeightDelta is not null)
                Weight!.add_(WeightDelta.to_type(Weight.dtype), sign);
            if (BiasDelta is not null)
                Bias!.add_(BiasDelta.to_type(Bias.dtype), sign);
        }

        public void Dispose()
        {
            WeightDelta?.Dispose();
            BiasDelta?.Dispose();
        }
    }
}
