using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Peft.Data;

/// <summary>Writes safetensors files atomically and deterministically: equal content gives equal bytes.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>
    /// Writes a temporary file in the same folder, flushes it to disk and renames it to <paramref name="path"/>. Tensors are ordered by
    /// dtype, widest first, then by name.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors, in any order.</param>
    /// <param name="metadata">Text metadata; <c>format</c> = <c>pt</c> is added if missing, because several readers require it.</param>
    /// <exception cref="TensorContentException">A name is repeated or not valid, a size is negative or overflows, or a tensor's bytes do
    /// not match its shape.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the folder is missing or not writable.</exception>
    public static void Write(string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = tensors.OrderByDescending(tensor => tensor.DType).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        if (ordered.FirstOrDefault(tensor => tensor.Name == SafetensorsHeader.MetadataKey) is { } reserved)
            throw new TensorContentException($"{path}: a tensor cannot be named '{reserved.Name}': the format keeps that name for itself.");
        var sizes = TensorSources.Check(path, ordered);
        var header = MakeHeader(path, ordered, sizes, metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            for (var i = 0; i < ordered.Count; i++) TensorSources.Write(path, stream, ordered[i], sizes[i]);
        });
    }

    private static byte[] MakeHeader(string path, List<TensorSource> tensors, long[] sizes, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            var all = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" };
            foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
            {
                TensorSources.CheckText(path, key);
                TensorSources.CheckText(path, value);
                all[key] = value;
            }

            foreach (var (key, value) in all) json.WriteString(key, value);
            json.WriteEndObject();
            WriteEntries(json, tensors, sizes);
            json.WriteEndObject();
        }

        var padded = (buffer.WrittenCount + Alignment - 1) / Alignment * Alignment;
        if (padded > SafetensorsHeader.MaxHeaderLength)
        {
            throw new TensorContentException(
                $"{path}: the header would have {padded} bytes, the format allows {SafetensorsHeader.MaxHeaderLength}. "
                + "Write fewer tensors or less metadata per file.");
        }

        var header = new byte[SafetensorsHeader.LengthBytes + padded];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        buffer.WrittenSpan.CopyTo(header.AsSpan(SafetensorsHeader.LengthBytes));
        return header;
    }

    private static void WriteEntries(Utf8JsonWriter json, List<TensorSource> tensors, long[] sizes)
    {
        long begin = 0;
        for (var i = 0; i < sizes.Length; i++)
        {
            json.WriteStartObject(tensors[i].Name);
            json.WriteString("dtype", tensors[i].DType.SafetensorsName());
            json.WriteStartArray("shape");
            foreach (var size in tensors[i].Shape) json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(begin);
            json.WriteNumberValue(begin += sizes[i]);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}
