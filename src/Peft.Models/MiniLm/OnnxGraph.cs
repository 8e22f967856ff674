using Google.Protobuf;

namespace Peft.Models;

/// <summary>
/// The tensors and nodes of an ONNX file, as far as a checkpoint's weights need them. Field numbers are those of ONNX's published
/// <c>onnx.proto</c>.
/// </summary>
internal sealed class OnnxGraph
{
    private const int ModelGraph = 7;
    private const int GraphNode = 1;
    private const int GraphInitializer = 5;
    private const int Float32 = 1;

    private readonly Dictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];

    /// <summary>Reads a file.</summary>
    /// <param name="model">The file's bytes.</param>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no ONNX model.</exception>
    public OnnxGraph(byte[] model) => Each(new CodedInputStream(model), ModelGraph, graph => Fields(graph, (number, part) =>
    {
        if (number == GraphInitializer && ReadTensor(part) is { } tensor)
            _tensors[tensor.Name] = tensor;
        else if (number == GraphNode)
            _nodes.Add(ReadNode(part));
    }));

    /// <summary>The float32 tensors that the file stores, by name.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Tensors => _tensors;

    /// <summary>The operations, in the order of the file.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    private static OnnxTensor? ReadTensor(CodedInputStream tensor)
    {
        var (shape, type, name, data) = (new List<long>(), 0, "", ByteString.Empty);
        for (var tag = tensor.ReadTag(); tag != 0; tag = tensor.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1 when WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint: shape.Add(tensor.ReadInt64()); break;
                case 1:
                    foreach (var size in Packed(tensor.ReadBytes()))
                        shape.Add(size);
                    break;
                case 2: type = tensor.ReadInt32(); break;
                case 8: name = tensor.ReadString(); break;
                case 9: data = tensor.ReadBytes(); break;
                default: tensor.SkipLastField(); break;
            }
        }

        return type == Float32 && data.Length == shape.Aggregate(1L, (product, size) => product * size) * sizeof(float)
            ? new OnnxTensor(name, shape, data.Memory) : null;
    }

    private static OnnxNode ReadNode(CodedInputStream node)
    {
        var (inputs, outputs, operation) = (new List<string>(), new List<string>(), "");
        for (var tag = node.ReadTag(); tag != 0; tag = node.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: inputs.Add(node.ReadString()); break;
                case 2: outputs.Add(node.ReadString()); break;
                case 4: operation = node.ReadString(); break;
                default: node.SkipLastField(); break;
            }
        }

        return new OnnxNode(operation, inputs, outputs);
    }

    private static List<long> Packed(ByteString bytes)
    {
        var (values, stream) = (new List<long>(), bytes.CreateCodedInput());
        while (!stream.IsAtEnd)
            values.Add(stream.ReadInt64());
        return values;
    }

    private static void Each(CodedInputStream message, int field, Action<CodedInputStream> read) => Fields(message, (number, part) =>
    {
        if (number == field)
            read(part);
    });

    /// <summary>Reads the embedded messages of a message; other fields are skipped.</summary>
    private static void Fields(CodedInputStream message, Action<int, CodedInputStream> read)
    {
        for (var tag = message.ReadTag(); tag != 0; tag = message.ReadTag())
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                read(WireFormat.GetTagFieldNumber(tag), message.ReadBytes().CreateCodedInput());
            else
                message.SkipLastField();
        }
    }
}

/// <summary>A stored tensor of float32.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">The size of each dimension.</param>
/// <param name="Bytes">Its values, row-major, little-endian.</param>
internal sealed record OnnxTensor(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes);

/// <summary>An operation of a graph.</summary>
/// <param name="Operation">Its type, such as <c>MatMul</c>.</param>
/// <param name="Inputs">The names of the values that it reads.</param>
/// <param name="Outputs">The names of the values that it writes.</param>
internal sealed record OnnxNode(string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);
