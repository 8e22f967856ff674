using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// Computes <see cref="LanguageModelLoss"/> and <see cref="ConsistencyLoss"/> of a language model from its hidden states. Logits are the
/// largest tensors of a step (8 x 128 tokens and 50,257 words: 206 MB, several times). They are therefore computed in blocks together with
/// their gradient and not kept.
/// </summary>
internal static class VocabularyLoss
{
    /// <summary>Rows in a block: 26 MB of logits for 50,257 words.</summary>
    private const long Rows = 128;

    /// <summary>task(z1) + consistency * 1/2 [KL(sg p2 || p1) + KL(sg p1 || p2)], z = hidden head^T.</summary>
    /// <param name="first">The first pass's hidden states that predict the labels, [rows, hidden].</param>
    /// <param name="second">The second pass's hidden states; null for a plain method.</param>
    /// <param name="head">[vocabulary, hidden].</param>
    /// <param name="labels">Token ids, int64 [rows].</param>
    /// <param name="weights">The factors of its terms.</param>
    /// <returns>A scalar; float64 for float64 hidden states, else float32.</returns>
    public static Tensor Compute(Tensor first, Tensor? second, Tensor head, Tensor labels, LossWeights weights)
    {
        Tensor?[] inputs = [first, second, head];
        var differentiated = CustomOperation.NeedsGraph(inputs);
        using var scope = NewDisposeScope();
        Tensor total;
        Tensor?[] gradients;
        using (no_grad())
            (total, gradients) = Compute(inputs, labels, new VocabularyBlock(weights), differentiated);
        return scope.MoveToOuter(CustomOperation.Record(new Scaled(), inputs, [total], gradients)[0]);
    }

    private static (Tensor Total, Tensor?[] Gradients) Compute(Tensor?[] inputs, Tensor labels, VocabularyBlock block, bool differentiated)
    {
        var (first, second, head) = (inputs[0]!, inputs[1], inputs[2]!);
        Tensor?[] gradients = [.. inputs.Select(input => differentiated && input is { requires_grad: true } ? input.zeros_like() : null)];
        var total = tensor(0.0, dtype: first.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, device: first.device);
        for (long start = 0; start < labels.shape[0]; start += Rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(Rows, labels.shape[0] - start);
            Tensor? Part(Tensor? whole) => whole?.narrow(0, start, count);
            var logits = (First: Logits(Part(first)!, head), Second: second is null ? null : Logits(Part(second)!, head));
            total.add_(block.Loss(logits.First, logits.Second, Part(labels)!));
            if (!differentiated)
                continue;
            // from here on, the memory of the logits holds the gradients
            var (byFirst, bySecond) = block.Gradients(logits.First, logits.Second, Part(labels)!);
            Add(Part(gradients[0]), Part(first)!, byFirst, head, gradients[2]);
            if (bySecond is not null)
                Add(Part(gradients[1]), Part(second)!, bySecond, head, gradients[2]);
        }

        return (total, gradients);
    }

    /// <summary>Computes logits [rows, vocabulary], in at least float32.</summary>
    private static Tensor Logits(Tensor hidden, Tensor head) =>
        hidden.mm(head.t()).to_type(hidden.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);

    private static void Add(Tensor? byHidden, Tensor hidden, Tensor byLogits, Tensor head, Tensor? byHead)
    {
        byLogits = byLogits.to_type(hidden.dtype);
        byHidden?.copy_(byLogits.mm(head));
        byHead?.addmm_(byLogits.t(), hidden, 1, 1);
    }

    /// <summary>The backward pass only scales the gradients that the forward pass has computed.</summary>
    private sealed class Scaled : ICustomGradient
    {
        public string Name => nameof(VocabularyLoss);

        public IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients)
        {
            var factor = gradients[0]!;
            var isOne = factor.device_type == TorchSharp.DeviceType.CPU && factor.to_type(ScalarType.Float64).item<double>() == 1;
            return [.. saved.Select(gradient => isOne || gradient is null ? gradient : gradient * factor.to_type(gradient.dtype))];
        }
    }
}
