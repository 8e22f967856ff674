using System.Text;

namespace Peft.Data.Tests;

/// <summary>Spells pickles by hand, byte for byte.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [0x80, 2];

    public PickleWriter Code(params byte[] codes)
    {
        _bytes.AddRange(codes);
        return this;
    }

    public PickleWriter Global(string module, string name) => Code([(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")]);

    public PickleWriter Text(string text) =>
        Code([(byte)'X', .. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)]);

    public PickleWriter Number(int number) => Code([(byte)'J', .. BitConverter.GetBytes(number)]);

    /// <summary>A tensor of a storage of <paramref name="count"/> elements with key <c>0</c>.</summary>
    public PickleWriter Tensor(int count, int offset, int[] shape, int[] strides, string type = "FloatStorage")
    {
        Global("torch._utils", "_rebuild_tensor_v2")
            .Code((byte)'(', (byte)'(').Text("storage").Global("torch", type).Text("0").Text("cpu").Number(count)
                .Code((byte)'t', (byte)'Q');
        Number(offset);
        foreach (var numbers in (int[][])[shape, strides])
        {
            Code((byte)'(');
            foreach (var number in numbers) Number(number);
            Code((byte)'t');
        }

        return Code(0x89).Code((byte)'N').Code((byte)'t', (byte)'R');
    }

    public byte[] End() => [.. _bytes, (byte)'.'];
}
