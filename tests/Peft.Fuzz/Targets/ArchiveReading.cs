using Peft.Data;

namespace Peft.Fuzz.Targets;

/// <summary>Reads what an archive holds, in pieces, as far as a few megabytes.</summary>
internal static class ArchiveReading
{
    private const int Piece = 1 << 14;
    private const long Most = 1 << 20;

    public static void All(ITensorArchive archive)
    {
        Span<byte> piece = stackalloc byte[Piece];
        var left = Most;
        foreach (var info in archive.Tensors.Values)
        {
            var whole = Piece - (
                Piece % Math.Max(1, (int)(info.ByteCount / Math.Max(1, info.Shape.Aggregate(1L, (product, size) => product * size)))));
            for (long at = 0; at < info.ByteCount && left > 0; at += whole)
            {
                var length = (int)Math.Min(whole, info.ByteCount - at);
                archive.CopyTo(info.Name, at, piece[..length]);
                left -= length;
            }
        }
    }
}
