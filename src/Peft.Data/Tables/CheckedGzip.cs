using System.Buffers.Binary;
using System.IO.Compression;

namespace Peft.Data;

/// <summary>
/// Decompresses gzip (RFC 1952). Errors name the file. <see cref="GZipStream"/> reads a truncated file without an error, so the length
/// that is stored at the end of the file is compared with the number of decompressed bytes.
/// </summary>
internal sealed class CheckedGzip : ReadOnlyStream
{
    private readonly CompressedTail _compressed;
    private readonly GZipStream _inner;
    private readonly string _name;
    private uint _length; // modulo 2^32, as in the file

    public CheckedGzip(Stream compressed, string name)
    {
        (_compressed, _name) = (new CompressedTail(compressed), name);
        _inner = new GZipStream(_compressed, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = _inner.Read(buffer);
            _length = unchecked(_length + (uint)count);
            return count > 0 || buffer.IsEmpty || _compressed.HasMembers || _compressed.Length32 == _length
                ? count : throw Broken("it ends inside its data");
        }
        catch (InvalidDataException problem)
        {
            throw Broken(problem.Message.TrimEnd('.'), problem);
        }
    }

    protected override void Dispose(bool disposing) => _inner.Dispose();

    private TaskFileFormatException Broken(string problem, Exception? inner = null) =>
        new($"{_name}: is not whole gzip data ({problem}). Compress or fetch it again.", inner);

    /// <summary>The compressed bytes. Remembers the last ones, and whether heads of further members occur.</summary>
    private sealed class CompressedTail(Stream inner) : ReadOnlyStream
    {
        private const int HeadLength = 10, LengthLength = 4;

        private byte[] _last = [];
        private bool _isFirst = true;

        /// <summary>Whether the file has several members, each of which has a length of its own.</summary>
        public bool HasMembers { get; private set; }

        /// <summary>The length that the file ends with.</summary>
        public uint Length32 => _last.Length < LengthLength ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(
            _last.AsSpan(_last.Length - LengthLength));

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            if (count == 0)
                return 0;
            byte[] seen = [.. _last, .. buffer[..Math.Min(count, HeadLength)]];
            if (!_isFirst)
                HasMembers |= IsHead(seen);
            HasMembers |= IsHead(_isFirst ? buffer[1..count] : buffer[..count]);
            _isFirst = false;
            byte[] end = [.. _last, .. buffer[Math.Max(0, count - HeadLength)..count]];
            _last = end[Math.Max(0, end.Length - HeadLength)..];
            return count;
        }

        protected override void Dispose(bool disposing) => inner.Dispose();

        /// <summary>Whether a member begins somewhere: its mark, deflate, known flags, a level and a system.</summary>
        private static bool IsHead(ReadOnlySpan<byte> bytes)
        {
            while (bytes.IndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]) is >= 0 and var start && start + HeadLength <= bytes.Length)
            {
                if (bytes[start + 3] < 0x20 && bytes[start + 8] is 0 or 2 or 4 && bytes[start + 9] is < 14 or 255)
                    return true;
                bytes = bytes[(start + 1)..];
            }

            return false;
        }
    }
}
