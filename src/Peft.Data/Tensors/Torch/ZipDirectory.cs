using System.Buffers.Binary;
using System.Text;

namespace Peft.Data;

/// <summary>
/// The positions of files in a zip archive. Only stored (uncompressed) entries are supported: PyTorch writes no others, and they can be
/// read in place.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint
        EndSignature = 0x06054B50, End64Signature = 0x06064B50, Locator64Signature = 0x07064B50, CentralSignature = 0x02014B50,
            LocalSignature = 0x04034B50;
    private const int EndLength = 22, Locator64Length = 20, End64Length = 56, CentralLength = 46, LocalLength = 30,
        MaxComment = ushort.MaxValue;
    private readonly TensorFile _file;
    private readonly Dictionary<string, (long Offset, long Length)> _entries = new(StringComparer.Ordinal);

    private ZipDirectory(TensorFile file) => _file = file;

    /// <summary>The position of each entry in the file.</summary>
    public IReadOnlyDictionary<string, (long Offset, long Length)> Entries => _entries;

    public static ZipDirectory Read(TensorFile file)
    {
        var directory = new ZipDirectory(file);
        var (offset, length) = directory.FindCentral();
        var end = offset + length;
        while (offset < end) offset = directory.ReadCentral(offset, end);
        return directory;
    }

    private (long Offset, long Length) FindCentral()
    {
        var tail = (int)Math.Min(_file.Length, EndLength + MaxComment);
        ReadOnlySpan<byte> bytes = _file.Bytes(_file.Length - tail, tail);
        for (var at = tail - EndLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) != EndSignature) continue;
            long length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 12)..]);
            long offset = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 16)..]);
            if (length == uint.MaxValue || offset == uint.MaxValue) (offset, length) =
                FindCentral64(_file.Length - tail + at - Locator64Length);
            Require(offset >= 0 && length >= 0 && offset <= _file.Length - length, "its list of entries lies outside the file");
            return (offset, length);
        }

        throw Damaged("its end is missing");
    }

    private (long Offset, long Length) FindCentral64(long locator)
    {
        var bytes = Part(locator, Locator64Length);
        Require(BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Locator64Signature, "its 64-bit end is missing");
        var end = Part(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), End64Length);
        Require(BinaryPrimitives.ReadUInt32LittleEndian(end) == End64Signature, "its 64-bit end is missing");
        return (BinaryPrimitives.ReadInt64LittleEndian(end[48..]), BinaryPrimitives.ReadInt64LittleEndian(end[40..]));
    }

    private long ReadCentral(long offset, long end)
    {
        var bytes = Part(offset, CentralLength);
        Require(BinaryPrimitives.ReadUInt32LittleEndian(bytes) == CentralSignature, "its list of entries is broken");
        var method = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        long stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]);
        int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[32..]);
        long local = BinaryPrimitives.ReadUInt32LittleEndian(bytes[42..]);
        var next = offset + CentralLength + nameLength + extraLength + commentLength;
        Require(next <= end, "its list of entries is cut short");
        var name = Encoding.UTF8.GetString(Part(offset + CentralLength, nameLength));
        Widen(Part(offset + CentralLength + nameLength, extraLength), ref length, ref stored, ref local);
        if (method != 0 || stored != length)
        {
            throw new TorchFileFormatException(
                _file.Path, $"its entry '{Excerpt.Cut(name)}' is compressed (method {method}); PyTorch stores entries uncompressed. "
                    + "Save it again "
                    + "with torch.save.");
        }

        if (!_entries.TryAdd(name, (LocateData(local, length, name), length))) throw Damaged($"its entry '{Excerpt.Cut(name)}' stands "
            + "twice");
        return next;
    }

    /// <summary>Replaces the 32-bit fields that are all ones by the 64-bit extra field's values, in the order of the format.</summary>
    private void Widen(ReadOnlySpan<byte> extra, ref long length, ref long stored, ref long local)
    {
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            Require(size <= extra.Length - 4, "an extra field is cut short");
            var field = extra.Slice(4, size);
            extra = extra[(4 + size)..];
            if (id != 1) continue;
            if (length == uint.MaxValue) length = Take(ref field);
            if (stored == uint.MaxValue) stored = Take(ref field);
            if (local == uint.MaxValue) local = Take(ref field);
        }
    }

    private long Take(ref ReadOnlySpan<byte> field)
    {
        Require(field.Length >= sizeof(long), "a 64-bit size is cut short");
        var value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[sizeof(long)..];
        return value;
    }

    private long LocateData(long local, long length, string name)
    {
        var bytes = Part(local, LocalLength);
        Require(BinaryPrimitives.ReadUInt32LittleEndian(bytes) == LocalSignature, $"the header of '{Excerpt.Cut(name)}' is not where "
            + "the list says");
        var data = local + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(
            bytes[28..]);
        Require(length >= 0 && data <= _file.Length - length, $"the data of '{Excerpt.Cut(name)}' lies outside the file");
        return data;
    }

    private ReadOnlySpan<byte> Part(long offset, int length)
    {
        Require(offset >= 0 && offset <= _file.Length - length, "a part lies outside the file");
        return _file.Bytes(offset, length);
    }

    private void Require(bool condition, string problem)
    {
        if (!condition) throw Damaged(problem);
    }

    private TorchFileFormatException Damaged(string problem) =>
        new(_file.Path, $"the zip archive is damaged: {problem}. Fetch the file again.");
}
