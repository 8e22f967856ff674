using System.Buffers.Binary;
using System.Text;
using Peft.Data;

namespace Peft.Fuzz.Targets;

/// <summary>safetensors: the header is changed as text with the length in front put right, or the file as bytes.</summary>
internal static class SafetensorsTarget
{
    private const int LengthBytes = 8;

    public static FuzzTarget Create() =>
        new("safetensors", ["model.safetensors"], [.. Corpus().Select(content => (byte[][])[content])], Mutate, folder =>
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        ArchiveReading.All(file);
    });

    public static IEnumerable<byte[]> Corpus()
    {
        yield return File("{}", 0);
        yield return File("""{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"U8","shape":[],"data_offsets":[24,25]}}""", 25);
        yield return File("""{"h":{"dtype":"BF16","shape":[0,4],"data_offsets":[0,0]},"q":{"dtype":"F4","shape":[2],"data_offsets":[0,1]},"z":{"dtype":"I64","shape":[1],"data_offsets":[1,9]}}""", 9);
    }

    private static byte[] Mutate(Random random, byte[] content)
    {
        if (random.Next(3) == 0)
            return Mutations.Bytes(random, content);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(content);
        var header = Mutations.Text(random, content[LengthBytes..(LengthBytes + length)]);
        return File(header, content[(LengthBytes + length)..]);
    }

    private static byte[] File(string header, int data) =>
        File(Encoding.UTF8.GetBytes(header), [.. Enumerable.Range(0, data).Select(i => (byte)i)]);

    private static byte[] File(byte[] header, byte[] data) => [.. BitConverter.GetBytes((long)header.Length), .. header, .. data];
}
