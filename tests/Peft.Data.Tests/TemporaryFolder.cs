using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Peft.Data.Tests;

/// <summary>A folder that goes away with the test, and the files tests put there.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("peft-data-").FullName;

    public string Write(string name, byte[] content)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>A safetensors file of a header as it stands and so many zero bytes of data.</summary>
    public string WriteSafetensors(byte[] header, int dataLength)
    {
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        return Write("crafted.safetensors", bytes);
    }

    /// <summary>A zip archive as torch.save lays it out.</summary>
    public string WriteTorchZip(
        byte[] pickle, CompressionLevel level = CompressionLevel.NoCompression, params (string Name, byte[] Content)[] others)
    {
        var file = System.IO.Path.Combine(Path, "crafted.bin");
        using var zip = new ZipArchive(File.Create(file), ZipArchiveMode.Create);
        foreach (var (name, content) in ((string, byte[])[])[("data.pkl", pickle), .. others])
        {
            using var stream = zip.CreateEntry("archive/" + name, level).Open();
            stream.Write(content);
        }

        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
