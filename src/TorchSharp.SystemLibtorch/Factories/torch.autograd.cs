using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients by reverse-mode differentiation.</summary>
    public static unsafe partial class autograd
    {
        /// <summary>The gradients of <paramref name="outputs"/> by <paramref name="inputs"/>, accumulated nowhere.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">An input was not used and <paramref name="allow_unused"/> is false.</exception>
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var results = stackalloc IntPtr[inputs.Count];
            fixed (IntPtr* from = Handles(outputs, outputs.Count), weights = Handles(grad_outputs, outputs.Count), by = Handles(inputs, inputs.Count))
            {
                Native.Check(Native.peft_grad(
                    from, weights, outputs.Count, by, inputs.Count, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, results));
            }
            KeepAlive(outputs, inputs, grad_outputs);
            var gradients = new Tensor[inputs.Count];
            for (var i = 0; i < gradients.Length; i++)
                gradients[i] = results[i] == 0 ? null! : new(results[i]);
            return gradients;
        }

        /// <summary>Adds the gradients of the tensors to the leaves they were computed from, or only to <paramref name="inputs"/>.</summary>
        public static void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var inputCount = inputs?.Count ?? 0;
            fixed (IntPtr* from = Handles(tensors, tensors.Count), weights = Handles(grad_tensors, tensors.Count), into = Handles(inputs, inputCount))
            {
                Native.Check(Native.peft_backward(
                    from, weights, tensors.Count, into, inputCount, retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0));
            }
            KeepAlive(tensors, grad_tensors, inputs);
        }

        /// <summary>The handles of the tensors; zeros where there is no list. Never empty, so that it can be pinned.</summary>
        private static IntPtr[] Handles(IList<Tensor>? tensors, int count)
        {
            if (tensors is not null && tensors.Count != count)
                throw new ArgumentException($"{count} tensors need as many gradients, but {tensors.Count} were given.", nameof(tensors));
            var handles = new IntPtr[Math.Max(count, 1)];
            for (var i = 0; i < (tensors?.Count ?? 0); i++)
                handles[i] = tensors![i]?.Handle ?? 0;
            return handles;
        }

        private static void KeepAlive(params ReadOnlySpan<IList<Tensor>?> lists)
        {
            foreach (var list in lists)
                GC.KeepAlive(list);
        }
    }
}
