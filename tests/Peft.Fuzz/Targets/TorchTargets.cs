using System.IO.Compression;
using Peft.Data;

namespace Peft.Fuzz.Targets;

/// <summary>
/// Files of torch.save: changed as bytes, with another pickle in an archive that is in order, or with a pickle that is made up.
/// </summary>
internal static class TorchTargets
{
    private const string Name = "pytorch_model.bin";

    public static IEnumerable<FuzzTarget> All()
    {
        var fixtures = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures"), "*.bin").Order(StringComparer.Ordinal)
            .Where(file => !file.Contains("module", StringComparison.Ordinal)).Select(File.ReadAllBytes).ToList();
        var zips = fixtures.Where(content => content[0] == 'P').ToList();
        yield return new("torch-bytes", [Name], [.. fixtures.Select(content => (byte[][])[content])], Mutations.Bytes, Read);
        yield return new("torch-pickle", [Name], [.. zips.Select(content => (byte[][])[content])], (random, content) => WithPickle(
            content, pickle => Mutations.Bytes(random, pickle)), Read);
        yield return new("torch-made-up", [Name], [.. zips.Select(content => (byte[][])[content])], (random, content) => WithPickle(
            content, _ => Pickles.Draw(random)), Read);
    }

    /// <summary>An archive in which the pickle is another; everything else, checksums included, is in order.</summary>
    public static byte[] WithPickle(byte[] content, Func<byte[], byte[]> change)
    {
        using var source = new ZipArchive(new MemoryStream(content));
        using var target = new MemoryStream();
        using (var archive = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in source.Entries)
            {
                using var from = entry.Open();
                using var bytes = new MemoryStream();
                from.CopyTo(bytes);
                using var to = archive.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                to.Write(entry.FullName.EndsWith("data.pkl", StringComparison.Ordinal) ? change(bytes.ToArray()) : bytes.ToArray());
            }
        }

        return target.ToArray();
    }

    private static void Read(string folder)
    {
        using var file = TorchBinFile.Open(Path.Combine(folder, Name));
        ArchiveReading.All(file);
    }
}
