using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// AdamW and the gradient norm with libtorch's operators, for GPUs, 16-bit dtypes and tensors that are not contiguous. Parameters adjacent
/// in the buffers of means are updated together.
/// </summary>
internal static class OperatorAdamW
{
    /// <summary>The largest number of elements of temporary tensors, unless one parameter alone has more.</summary>
    private const long Largest = 1 << 24;

    /// <summary>Updates a dtype and device's parameters.</summary>
    /// <param name="moments">The buffers.</param>
    /// <param name="gradients">The gradient of each of the buffers' parameters; null if it has none.</param>
    /// <param name="numbers">Gives the coefficients of a parameter's update; its step count already includes this update.</param>
    public static void Step(FlatMoments moments, IReadOnlyList<Tensor?> gradients, Func<AdamWState, AdamWNumbers> numbers)
    {
        for (int first = 0, next; first < gradients.Count; first = next)
        {
            next = first + 1;
            if (gradients[first] is null)
                continue;
            var of = numbers(moments.States[first]);
            var end = moments.Offset(next);
            while (next < gradients.Count && gradients[next] is not null && numbers(moments.States[next]) == of
                && moments.Offset(next + 1) - moments.Offset(first) <= Largest)
                end = moments.Offset(++next);
            using var scope = NewDisposeScope();
            Step(moments, first, next, end - moments.Offset(first), gradients, of);
        }
    }

    /// <summary>Computes the sum of squares of all gradients, which may be on several devices.</summary>
    public static double SumOfSquares(IEnumerable<Tensor> gradients)
    {
        using var scope = NewDisposeScope();
        return gradients.GroupBy(gradient => (gradient.device_type, gradient.device_index)).Sum(ofDevice =>
            stack(ofDevice.Select(gradient => gradient.to_type(gradient.dtype == ScalarType.Float64
                ? ScalarType.Float64 : ScalarType.Float32).square().sum())
                .Select(square => square.to_type(ScalarType.Float64))).sum().ToDouble());
    }

    private static void Step(FlatMoments moments, int first, int next, long count, IReadOnlyList<Tensor?> gradients, AdamWNumbers of)
    {
        var gradient = cat(Enumerable.Range(first, next - first).Select(number => gradients[number]!.reshape(-1)).ToList(), 0);
        if (of.Scale != 1)
            gradient.mul_(of.Scale);
        var (mean, square) = (
            moments.Means.narrow(0, moments.Offset(first), count), moments.Squares.narrow(0, moments.Offset(first), count));
        mean.mul_(AdamWSettings.Beta1).add_(gradient, 1 - AdamWSettings.Beta1);
        square.mul_(AdamWSettings.Beta2).addcmul_(gradient, gradient, 1 - AdamWSettings.Beta2);
        var update = square.sqrt().div_(of.Root).add_(of.Epsilon).reciprocal_().mul_(mean);
        for (var number = first; number < next; number++)
        {
            var parameter = moments.States[number].Parameter;
            if (of.Keep != 1)
                parameter.mul_(of.Keep);
            var mine = update.narrow(0, moments.Offset(number) - moments.Offset(first), parameter.numel()).view(parameter.shape);
            parameter.add_(mine, -of.Size);
        }
    }
}
