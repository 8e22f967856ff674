using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Peft.Data;

/// <summary>
/// Reads one pickle as plain data. It supports only the opcodes of tensors, containers and plain values, looks up only names in
/// <see cref="PickleGlobals"/>, and calls nothing.
/// </summary>
internal ref partial struct Unpickler
{
    /// <summary>The longest pickle that is read. Lists of a million tensors have about 100 MB.</summary>
    public const int MaxBytes = 256 << 20;

    private const int MaxDepth = 1_000_000, MaxMemo = 4_000_000, MaxProtocol = 5;
    private readonly string _path;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isWhole;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<long, object?> _memo = [];
    private int _position;

    private Unpickler(string path, ReadOnlySpan<byte> bytes, bool isWhole)
    {
        _path = path;
        _bytes = bytes;
        _isWhole = isWhole;
    }

    /// <summary>The value of the pickle at the start of <paramref name="bytes"/>, and its length.</summary>
    public static object? Read(string path, ReadOnlySpan<byte> bytes, out int consumed)
    {
        TryRead(path, bytes, out var value, out consumed, isWhole: true);
        return value;
    }

    /// <summary>Reads a pickle of which only a part may be at hand; false if there must be more of it.</summary>
    public static bool TryRead(string path, ReadOnlySpan<byte> bytes, out object? value, out int consumed, bool isWhole)
    {
        var unpickler = new Unpickler(path, bytes, isWhole);
        try
        {
            value = unpickler.Run();
            consumed = unpickler._position;
            return true;
        }
        catch (PartialPickleException)
        {
            (value, consumed) = (null, 0);
            return false;
        }
    }

    private object? Run()
    {
        while (Step())
        {
            if (_stack.Count + _marks.Count > MaxDepth) throw Error($"more than {MaxDepth} values are open at once");
            if (_memo.Count > MaxMemo) throw Error($"more than {MaxMemo} values are kept");
        }

        return Pop();
    }

    /// <summary>Executes one opcode; false for the last.</summary>
    private bool Step()
    {
        var code = (char)Byte();
        switch (code)
        {
            case '.': return false;
            case '\x80': Protocol(); break;
            case '\x95': Take(8); break; // the length of a frame, of no use when all is at hand
            case 'c': Push(PickleGlobals.Find(_path, Line(), Line())); break;
            case '\x93': StackGlobal(); break;
            case 'i': throw new UnsafePickleException(_path, $"{Line()}.{Line()}");
            case 'Q': PersistentId(); break;
            case 'R': Reduce(); break;
            case 'b': Build(); break;
            default:
                if (!StepConstant(code) && !StepContainer(code)) throw Error($"the instruction 0x{(int)code:X2} is not among those that "
                    + "tensors need");
                break;
        }

        return true;
    }

    private bool StepConstant(char code)
    {
        switch (code)
        {
            case 'N': Push(null); break;
            case '\x88': Push(true); break;
            case '\x89': Push(false); break;
            case 'K': Push((long)Byte()); break;
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 'I': PushNumber(Line()); break;
            case 'L': PushNumber(Line().TrimEnd('L')); break;
            case '\x8a': PushLong(Byte()); break;
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 'F':
                Push(double.TryParse(Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw Error("a number cannot be read"));
                break;
            case 'X': Push(Text(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))))); break;
            case '\x8c': Push(Text(Take(Byte()))); break;
            case '\x8d': Push(Text(Take(Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)))))); break;
            case 'T': Push(Text(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))))); break;
            case 'U': Push(Text(Take(Byte()))); break;
            case 'C': Push(Take(Byte()).ToArray()); break;
            case 'B': Push(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))).ToArray()); break;
            default: return false;
        }

        return true;
    }

    private bool StepContainer(char code)
    {
        switch (code)
        {
            case '(': _marks.Push(_stack.Count); break;
            case '0': Pop(); break;
            case '1': PopToMark(); break;
            case ')': Push(new PickleTuple([])); break;
            case 't': Push(new PickleTuple(PopToMark())); break;
            case '\x85': Push(new PickleTuple(PopMany(1))); break;
            case '\x86': Push(new PickleTuple(PopMany(2))); break;
            case '\x87': Push(new PickleTuple(PopMany(3))); break;
            case ']': Push(new PickleList([])); break;
            case 'l': Push(new PickleList([.. PopToMark()])); break;
            case 'a': Append(PopMany(1)); break;
            case 'e': Append(PopToMark()); break;
            case '}': Push(new PickleDict([])); break;
            case 'd': DictOf(PopToMark()); break;
            case 's': SetItems(PopMany(2)); break;
            case 'u': SetItems(PopToMark()); break;
            case 'q': _memo[Byte()] = Peek(); break;
            case 'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
            case '\x94': _memo[_memo.Count] = Peek(); break;
            case 'h': PushMemo(Byte()); break;
            case 'j': PushMemo(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            default: return false;
        }

        return true;
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _position) throw CutShort();
        var part = _bytes.Slice(_position, count);
        _position += count;
        return part;
    }

    private readonly int Length(ulong length) =>
        length <= int.MaxValue ? (int)length : throw Error($"a text of {length} bytes does not fit the file");

    private string Line()
    {
        var end = _bytes[_position..].IndexOf((byte)'\n');
        if (end < 0) throw CutShort();
        return Text(Take(end + 1)[..^1]);
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    private readonly void Push(object? value) => _stack.Add(value);

    private readonly object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Error("it takes a value where there is none");

    private readonly int Floor => _marks.TryPeek(out var mark) ? mark : 0;

    private readonly object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private readonly object?[] PopMany(int count)
    {
        if (_stack.Count - Floor < count) throw Error("it takes a value where there is none");
        var values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private readonly object?[] PopToMark()
    {
        if (!_marks.TryPop(out var mark)) throw Error("it closes a group that was not opened");
        var values = _stack.GetRange(mark, _stack.Count - mark).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private void PushNumber(string text)
    {
        // Protocol 0 writes booleans as 00 and 01.
        if (text is "00" or "01") Push(text == "01");
        else Push(long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Error("a number cannot be read"));
    }

    private void PushLong(int length)
    {
        var value = new BigInteger(Take(length));
        Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value);
    }

    private readonly Exception CutShort() => _isWhole ? Error("it is cut short") : new PartialPickleException();

    private readonly TorchFileFormatException Error(string problem) =>
        new(_path, $"its pickle is damaged or unusual: {problem} (at byte {_position}). Fetch the file again, or save the state_dict "
            + "alone.");
}

/// <summary>A pickle goes on beyond the part at hand. It is caught where the part was taken.</summary>
internal sealed class PartialPickleException : Exception;
