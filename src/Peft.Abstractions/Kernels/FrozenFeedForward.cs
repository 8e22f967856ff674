using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// W2 gelu(W1 x + b1) + b2 with frozen weights, which is the widest part of a Transformer layer. Some tokens at a time: only W1 x + b1 is kept for the backward pass, and
/// the other wide tensors are never there as a whole.
/// </summary>
public static class FrozenFeedForward
{
    // Enough rows for products at full speed.
    private const int Rows = 256;

    /// <summary>
    /// Computes the block where that is possible: on the CPU, in float32 or bfloat16, with frozen weights. Which way is taken does not depend on whether a graph is
    /// recorded, so that a checkpointed layer computes the same numbers twice.
    /// </summary>
    /// <param name="x">[..., In].</param>
    /// <param name="up">W1 and b1.</param>
    /// <param name="down">W2 and b2.</param>
    /// <param name="activation">The function's name in configurations: gelu or gelu_new.</param>
    /// <returns>[..., Out]; null where the block is to be computed operator by operator.</returns>
    public static Tensor? TryApply(Tensor x, Linear up, Linear down, string activation)
    {
        if (activation is not ("gelu" or "gelu_new") || !TensorMemory.HasKernels(x) || !IsFrozen(up, x.dtype) || !IsFrozen(down, x.dtype))
            return null;
        using var scope = NewDisposeScope();
        var kernel = new GeluKernel(activation == "gelu_new");
        Tensor output, wide;
        using (no_grad())
        {
            var tokens = x.reshape(-1, x.shape[^1]);
            wide = nn.functional.linear(tokens, up.weight!, up.bias); // [N, intermediate]
            output = empty([tokens.shape[0], down.weight!.shape[0]], x.dtype);
            for (long row = 0; row < tokens.shape[0]; row += Rows)
            {
                using var part = NewDisposeScope();
                var count = Math.Min(Rows, tokens.shape[0] - row);
                output.narrow(0, row, count).copy_(nn.functional.linear(kernel.Values(wide.narrow(0, row, count)), down.weight!, down.bias));
            }

            output = output.view([.. x.shape[..^1], output.shape[1]]);
        }

        return scope.MoveToOuter(CustomOperation.Record(new Gradient(kernel), [x], [output], [wide, up.weight!, down.weight!])[0]);
    }

    private static bool IsFrozen(Linear map, ScalarType type) =>
        map.weight is { requires_grad: false } weight && weight.dtype == type && map.bias is null or { requires_grad: false };

    private sealed class Gradient(GeluKernel kernel) : ICustomGradient
    {
        public string Name => nameof(FrozenFeedForward);

        public IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients)
        {
            var (wide, up, down) = (saved[0]!, saved[1]!, saved[2]!);
            var slopes = gradients[0]!.reshape(-1, down.shape[0]);
            var output = empty([wide.shape[0], up.shape[1]], wide.dtype);
            for (long row = 0; row < wide.shape[0]; row += Rows)
            {
                using var part = NewDisposeScope();
                var count = Math.Min(Rows, wide.shape[0] - row);
                var byWide = slopes.narrow(0, row, count).mm(down); // [rows, intermediate]
                kernel.Differentiate(wide.narrow(0, row, count), byWide);
                output.narrow(0, row, count).copy_(byWide.mm(up));
            }

            return [output.view([.. gradients[0]!.shape[..^1], up.shape[1]])];
        }
    }
}
