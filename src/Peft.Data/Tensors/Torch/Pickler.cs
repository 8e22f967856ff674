using System.Buffers.Binary;
using System.Text;

namespace Peft.Data;

/// <summary>Writes a pickle of protocol 2, with the few opcodes that a dictionary of tensors needs.</summary>
internal sealed class Pickler
{
    public const byte EmptyDict = (byte)'}', EmptyTuple = (byte)')', Mark = (byte)'(', Tuple = (byte)'t', Reduce = (byte)'R',
        SetItems = (byte)'u', PersistentId = (byte)'Q', False = 0x89;

    private const byte Protocol = 0x80, Version = 2, Stop = (byte)'.', GlobalCode = (byte)'c', Unicode = (byte)'X', Int = (byte)'J',
        Long = 0x8a;

    private readonly MemoryStream _bytes = new();

    public Pickler() => Code(Protocol, Version);

    public Pickler Code(params ReadOnlySpan<byte> codes)
    {
        _bytes.Write(codes);
        return this;
    }

    public Pickler Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Code(Unicode).Int32(bytes.Length).Code(bytes);
    }

    public Pickler Global(PickleGlobal global) => Code(GlobalCode).Code(Encoding.ASCII.GetBytes($"{global.Module}\n{global.Name}\n"));

    public Pickler Number(long number)
    {
        if (number is >= int.MinValue and <= int.MaxValue)
            return Code(Int).Int32((int)number);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Code(Long, sizeof(long)).Code(bytes);
    }

    /// <summary>A tuple of numbers.</summary>
    public Pickler Numbers(IReadOnlyList<long> numbers)
    {
        Code(Mark);
        foreach (var number in numbers)
            Number(number);
        return Code(Tuple);
    }

    public byte[] End() => Code(Stop)._bytes.ToArray();

    private Pickler Int32(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return Code(bytes);
    }
}
