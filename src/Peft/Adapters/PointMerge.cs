using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Computes a layer's parameters with the methods at it merged in.</summary>
internal static class PointMerge
{
    /// <summary>Computes and checks new parameters, without changing the layer.</summary>
    /// <param name="place">The methods at one point, in the order in which they act.</param>
    /// <returns>New values, of the parameters' dtype.</returns>
    /// <exception cref="MergeException">A method has no delta, a bias is missing, or a value is not finite.</exception>
    public static IEnumerable<(Parameter Parameter, Tensor Value)> Changes(IReadOnlyList<AttachedMethod> place)
    {
        var address = place[0].Address;
        if (place.FirstOrDefault(attached => attached.Method is ProjectionMethod method && method.WeightDelta() is null) is { } without)
        {
            throw new MergeException(
                $"{without.Part.Method.Name} cannot be merged with the options it has at {address.Path}: its formula is no change of a "
                    + "weight there. Nothing was merged.");
        }

        var changed = address.Point switch
        {
            ProjectionPoint point => OfMap(point.Linear, [.. place.Select(attached => (ProjectionMethod)attached.Method)], address.Path),
            NormPoint point => OfNorm(point.Norm, place.Select(attached => (NormMethod)attached.Method)),
            _ => throw new MergeException($"{place[0].Part.Method.Name} at {address.Path} acts on no weight, so that there is nothing "
                + "to merge it into; nothing was merged."),
        };
        foreach (var (_, value) in changed)
        {
            if (!value.isfinite().all().ToBoolean())
                throw new MergeException($"the merged weight of {address.Path} would have values that are not finite; nothing was "
                    + "merged. Check the adapter's training.");
        }

        return changed;
    }

    private static List<(Parameter, Tensor)> OfMap(Linear map, IReadOnlyList<ProjectionMethod> methods, string path)
    {
        var (weight, bias) = methods.Count == 1 ? methods[0].WeightDelta()! : Together(map, methods);
        if (bias is not null && map.bias is null)
        {
            if (methods.Count == 1 || bias.abs().max().ToDouble() > 0)
                throw new MergeException($"the method at {path} changes a bias, and the linear map has none; nothing was merged.");
            bias = null;
        }

        var changed = new List<(Parameter, Tensor)>();
        if (weight is not null)
            changed.Add((map.weight!, Sum(map.weight!, weight)));
        if (bias is not null)
            changed.Add((map.bias!, Sum(map.bias!, bias)));
        return changed;
    }

    /// <summary>A parameter plus its delta, rounded to the parameter's dtype once. Rounding the delta as well would lose bits.</summary>
    private static Tensor Sum(Parameter parameter, Tensor delta) =>
        (parameter + delta).to_type(parameter.dtype);

    /// <summary>
    /// Merges several methods at one map. Their deltas need not add up, because one may scale what another added. All are affine maps of x,
    /// so their composition f is determined by its values at 0 and at the unit vectors: b' = f(0), W' = (f(I) - b')^T.
    /// </summary>
    private static WeightDelta Together(Linear map, IReadOnlyList<ProjectionMethod> methods)
    {
        var dtype = map.weight!.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var (weight, bias) = (map.weight.to_type(dtype), map.bias?.to_type(dtype));
        // [1 + In, In]
        var inputs = cat([zeros([1, weight.shape[1]], dtype, weight.device), eye(weight.shape[1], dtype: dtype, device: weight.device)], 0);
        foreach (var method in methods)
            inputs = method.RunOnInput(inputs);
        var outputs = nn.functional.linear(inputs, weight, bias);
        foreach (var method in methods)
            outputs = method.Run(inputs, outputs, training: false);
        var atZero = outputs.narrow(0, 0, 1); // [1, Out]
        return new WeightDelta((outputs.narrow(0, 1, weight.shape[1]) - atZero).t() - weight, bias is null
            ? atZero.squeeze(0) : atZero.squeeze(0) - bias);
    }

    /// <summary>The parameters that result from the methods, one after the other.</summary>
    private static List<(Parameter, Tensor)> OfNorm(LayerNorm norm, IEnumerable<NormMethod> methods)
    {
        var own = NormMethod.Widen(new NormParameters(norm.weight!, norm.bias!));
        var merged = methods.Aggregate(own, (parameters, method) => method.Run(parameters, training: false));
        return [(norm.weight!, merged.Weight.to_type(norm.weight!.dtype)), (norm.bias!, merged.Bias.to_type(norm.bias!.dtype))];
    }
}
