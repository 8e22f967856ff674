using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Peft.Data;

/// <summary>The checked header of a safetensors file.</summary>
internal sealed class SafetensorsHeader
{
    public const int MaxHeaderLength = 100_000_000;
    public const int LengthBytes = sizeof(ulong);
    public const string MetadataKey = "__metadata__";
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _begins = new(StringComparer.Ordinal);
    private Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(long dataStart) => DataStart = dataStart;

    /// <summary>The start of the data buffer in the file.</summary>
    public long DataStart { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>First byte of each tensor in the data buffer.</summary>
    public IReadOnlyDictionary<string, long> Begins => _begins;

    public static SafetensorsHeader Read(TensorFile file)
    {
        if (file.Length < LengthBytes)
            throw Error(file, $"it has {file.Length} bytes, at least 8 are needed for the header's length. The file is cut short: fetch "
                + "it again.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, LengthBytes));
        if (length > MaxHeaderLength)
        {
            throw Error(
                file,
                $"its first 8 bytes say the header has {length} bytes, at most {MaxHeaderLength} are allowed. It is likely another kind "
                    + "of file.");
        }

        if ((long)length + LengthBytes > file.Length)
            throw Error(file, $"its header should have {length} bytes, but the file has only {file.Length} in all. The file is cut "
                + "short: fetch it again.");
        var json = file.Bytes(LengthBytes, (int)length);
        if (json.Length == 0 || json[0] != '{')
        {
            var found = json.Length == 0 ? "nothing" : $"byte 0x{json[0]:X2}";
            throw Error(file, $"its header must begin with '{{', found {found}. It is likely another kind of file.");
        }

        if (!Utf8.IsValid(json)) throw Error(file, "its header is not UTF-8 text. The file is damaged: fetch it again.");
        var header = new SafetensorsHeader(LengthBytes + (long)length);
        header.Parse(file, json);
        return header;
    }

    private void Parse(TensorFile file, ReadOnlySpan<byte> json)
    {
        var parser = new SafetensorsHeaderReader(file.Path, json);
        try
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            var entries = new List<SafetensorsEntry>();
            parser.BeginObject("the header");
            while (parser.NextKey() is { } name)
            {
                if (!names.Add(name)) throw Error(file, $"the key '{Excerpt.Cut(name)}' stands twice in the header; each may stand once.");
                if (name == MetadataKey) _metadata = parser.ReadMetadata();
                else entries.Add(parser.ReadEntry(name));
            }

            parser.End();
            Place(file, entries);
        }
        catch (JsonException error)
        {
            throw new SafetensorsFormatException(
                file.Path, $"its header is not valid JSON ({JsonFault.Describe(error)}). The file is damaged or of another kind.", error);
        }
        catch (InvalidOperationException error)
        {
            // Text with an unpaired surrogate, written as an escape.
            throw new SafetensorsFormatException(file.Path, $"its header holds text that is not valid Unicode ({error.Message}).", error);
        }
    }

    /// <summary>Checks sizes, and that the tensors cover the data buffer without holes or overlaps.</summary>
    private void Place(TensorFile file, List<SafetensorsEntry> entries)
    {
        long reached = 0;
        var previous = "the buffer's start";
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            CheckSize(file, entry);
            if (entry.Begin > reached)
            {
                throw Error(
                    file,
                    $"bytes {reached} to {entry.Begin} of the data belong to no tensor (between {previous} and "
                        + $"'{Excerpt.Cut(entry.Name)}'). Holes "
                        + "are not allowed.");
            }

            if (entry.Begin < reached)
            {
                throw Error(
                    file,
                    $"tensor '{Excerpt.Cut(entry.Name)}' begins at byte {entry.Begin} of the data, before the end ({reached}) of "
                        + $"{previous}. "
                        + "Overlaps are not allowed.");
            }

            reached = entry.End;
            previous = $"tensor '{Excerpt.Cut(entry.Name)}'";
            _tensors.Add(entry.Name, new TensorInfo(entry.Name, entry.DType, entry.Shape, entry.End - entry.Begin));
            _begins.Add(entry.Name, entry.Begin);
        }

        var available = file.Length - DataStart;
        if (reached > available)
        {
            throw Error(
                file,
                $"its tensors need {reached} bytes of data, the file has {available} ({previous} is the last). The file is cut short: "
                    + "fetch it again.");
        }

        if (reached < available)
            throw Error(file, $"{available - reached} bytes follow the last tensor; nothing may. The file is damaged or was appended "
                + "to: fetch it again.");
    }

    private static void CheckSize(TensorFile file, SafetensorsEntry entry)
    {
        var shape = $"{entry.DType.SafetensorsName()}[{string.Join(", ", entry.Shape)}]";
        if (entry.End < entry.Begin) throw Error(file, $"tensor '{Excerpt.Cut(entry.Name)}' ends at {entry.End}, before its begin at "
            + $"{entry.Begin}.");
        if (!TensorInfo.TryCountBytes(entry.DType, entry.Shape, out var needed, out var overflow))
        {
            throw Error(file, overflow
                ? $"the size of tensor '{Excerpt.Cut(entry.Name)}', {shape}, overflows 64 bits."
                : $"tensor '{Excerpt.Cut(entry.Name)}', {shape}, does not end at a whole byte; packed types need a number of elements "
                    + "that does.");
        }

        if (entry.End - entry.Begin != needed)
        {
            throw Error(
                file,
                $"tensor '{Excerpt.Cut(entry.Name)}', {shape}, needs {needed} bytes, its data_offsets [{entry.Begin}, {entry.End}] give "
                    + $"{entry.End - entry.Begin}.");
        }
    }

    private static SafetensorsFormatException Error(TensorFile file, string problem) => new(file.Path, problem);
}
