using System.Buffers.Binary;
using System.Numerics;

namespace Peft.Data;

/// <summary>
/// PyTorch's format before 1.6: five pickles (magic number, version, machine, content, storage keys), then the storages' bytes.
/// </summary>
internal static class TorchLegacyReader
{
    private const long Version = 1001;
    private const int FirstWindow = 1 << 20;
    private static readonly BigInteger s_magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber);

    public static Dictionary<string, TorchTensor> Read(TensorFile file)
    {
        long position = 0;
        if (Next(file, ref position) is not BigInteger magic || magic != s_magic)
            throw new TorchFileFormatException(file.Path, "it does not begin with PyTorch's magic number. It is another kind of pickle.");
        if (Next(file, ref position) is not long version || version != Version)
            throw new TorchFileFormatException(file.Path, $"its format version is not {Version}. Save it again with a newer PyTorch.");
        if (Next(file, ref position) is PickleDict machine && machine.Items.Any(item => item is { Key: "little_endian", Value: false }))
            throw new TorchFileFormatException(
                file.Path, "its byte order is big-endian, only little-endian can be read. Save it again on another machine.");
        var tensors = TorchTensorTable.Read(file.Path, Next(file, ref position));
        if (Next(file, ref position) is not PickleList keys) throw new TorchFileFormatException(
            file.Path, "its list of storages is missing.");
        var starts = LocateStorages(file, position, keys, tensors.Values);
        return tensors.ToDictionary(
            pair => pair.Key,
            pair => TorchTensor.Check(file, pair.Key, pair.Value, starts[pair.Value.Storage.Key]),
            StringComparer.Ordinal);
    }

    private static object? Next(TensorFile file, ref long position)
    {
        // Where a pickle ends, only reading tells: more of the file is taken until all of it is there.
        var most = (int)Math.Min(file.Length - position, Unpickler.MaxBytes);
        for (var window = Math.Min(FirstWindow, most); ; window = (int)Math.Min(most, 8L * window))
        {
            if (!Unpickler.TryRead(file.Path, file.Bytes(position, window), out var value, out var consumed, isWhole: window == most))
                continue;
            position += consumed;
            return value;
        }
    }

    private static Dictionary<string,
        long> LocateStorages(TensorFile file, long position, PickleList keys, IEnumerable<PickleTensor> tensors)
    {
        var storages = new Dictionary<string, PickleStorage>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!storages.TryAdd(tensor.Storage.Key, tensor.Storage) && storages[tensor.Storage.Key] != tensor.Storage)
                throw new TorchFileFormatException(file.Path, $"storage '{tensor.Storage.Key}' is described in two ways.");
        }

        var starts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var item in keys.Items)
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage))
                throw new TorchFileFormatException(file.Path, $"it lists the storage '{item}', which no tensor uses.");
            if (position > file.Length - sizeof(long)) throw Short(file, key);
            var count = BinaryPrimitives.ReadInt64LittleEndian(file.Bytes(position, sizeof(long)));
            if (count != storage.ElementCount)
                throw new TorchFileFormatException(
                    file.Path, $"storage '{Excerpt.Cut(key)}' has {count} elements, its tensors say {storage.ElementCount}.");
            position += sizeof(long);
            var size = (Int128)count * (storage.DType.Bits() / 8);
            if (size > file.Length - position) throw Short(file, key);
            starts[key] = position;
            position += (long)size;
        }

        var missing = storages.Keys.FirstOrDefault(key => !starts.ContainsKey(key));
        return missing is null ? starts : throw new TorchFileFormatException(
            file.Path, $"the data of storage '{missing}' is missing. Fetch the file again.");
    }

    private static TorchFileFormatException Short(TensorFile file, string key) =>
        new(file.Path, $"it ends within storage '{Excerpt.Cut(key)}'. The file is cut short: fetch it again.");
}
