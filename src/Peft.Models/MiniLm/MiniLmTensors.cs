using System.Runtime.InteropServices;
using Peft.Data;

namespace Peft.Models;

/// <summary>Gives the tensors of MiniLM's ONNX file their names and layout in a Hugging Face checkpoint.</summary>
internal static class MiniLmTensors
{
    /// <summary>
    /// The tensors of the checkpoint. Embeddings, norms and biases have their names already. The matrix of a linear map has a number for a
    /// name and is stored as [in, out]: its name is that of the bias that is added to its product, and it is transposed to [out, in].
    /// The pooler's matrix has its name and layout, because a Gemm reads it.
    /// </summary>
    /// <param name="graph">The file.</param>
    /// <returns>The tensors by their names without the prefix <c>bert.</c>.</returns>
    public static IEnumerable<TensorSource> Name(OnnxGraph graph)
    {
        var added = graph.Nodes.Where(node => node.Operation == "Add")
            .SelectMany(node => node.Inputs.Select(input => (input, node))).ToLookup(pair => pair.input, pair => pair.node);
        foreach (var node in graph.Nodes.Where(node => node.Operation == "MatMul"))
        {
            var bias = added[node.Outputs[0]].SelectMany(add => add.Inputs)
                .FirstOrDefault(input => input.EndsWith(".bias", StringComparison.Ordinal));
            if (bias is not null && graph.Tensors.GetValueOrDefault(node.Inputs[1]) is { Shape: [var rows, var columns] } matrix)
                yield return new TensorSource(
                    bias[..^"bias".Length] + "weight", DType.F32, [columns, rows], Transpose(matrix.Bytes.Span, rows, columns));
        }

        foreach (var tensor in graph.Tensors.Values.Where(tensor => IsNamed(tensor.Name)))
            yield return new TensorSource(tensor.Name, DType.F32, tensor.Shape, tensor.Bytes);
    }

    private static bool IsNamed(string name) =>
        name.StartsWith("embeddings.", StringComparison.Ordinal) || name.StartsWith("encoder.", StringComparison.Ordinal)
        || name.StartsWith("pooler.", StringComparison.Ordinal);

    private static byte[] Transpose(ReadOnlySpan<byte> bytes, long rows, long columns)
    {
        var from = MemoryMarshal.Cast<byte, float>(bytes);
        var to = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                to[(column * rows) + row] = from[(int)((row * columns) + column)];
        }

        return MemoryMarshal.AsBytes<float>(to).ToArray();
    }
}
