using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Dropout (Srivastava et al. 2014) whose mask is computed from a seed. The backward pass recomputes the mask, so it is not stored. The
/// seed comes from libtorch's default generator, so <c>manual_seed</c> determines it. On GPUs and for float64, libtorch's own dropout is
/// used.
/// </summary>
public static class SeededDropout
{
    /// <summary>dropout(x).</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="p">The dropout probability.</param>
    /// <param name="training">Whether dropout is active.</param>
    /// <returns>The same shape; x itself if nothing is dropped.</returns>
    public static Tensor Apply(Tensor x, double p, bool training)
    {
        if (!training || p == 0)
            return x;
        return p < 1 && TensorMemory.HasKernels(x) ? Record(x, null, p) : nn.functional.dropout(x, p);
    }

    /// <summary>residual + dropout(x) in one pass.</summary>
    /// <param name="residual">Of the shape of <paramref name="x"/>.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="p">The dropout probability of the elements of <paramref name="x"/>.</param>
    /// <param name="training">Whether dropout is active.</param>
    /// <returns>The same shape.</returns>
    public static Tensor AddTo(Tensor residual, Tensor x, double p, bool training) =>
        training && p is > 0 and < 1 && TensorMemory.HasKernels(x) && residual.dtype == x.dtype
            && residual.shape.AsSpan().SequenceEqual(x.shape)
            ? Record(x, residual, p)
            : Apply(x, p, training) + residual;

    private static Tensor Record(Tensor x, Tensor? residual, double p)
    {
        var kernel = new DropoutKernel(RandomBits.DrawSeed(), p);
        using var scope = NewDisposeScope();
        Tensor output;
        using (no_grad())
            output = kernel.Run(x.contiguous(), residual?.contiguous());
        return scope.MoveToOuter(
            CustomOperation.Record(new Gradient(kernel, residual is not null), residual is null ? [x] : [x, residual], [output], [])[0]);
    }

    private sealed class Gradient(DropoutKernel kernel, bool hasResidual) : ICustomGradient
    {
        public string Name => nameof(SeededDropout);

        public IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients)
        {
            var byInput = kernel.Run(gradients[0]!.contiguous(), null);
            return hasResidual ? [byInput, gradients[0]] : [byInput];
        }
    }
}
