using System.Text;

namespace Peft.Data;

/// <summary>PyTorch's format since 1.6: a zip archive with <c>data.pkl</c> and one entry per storage.</summary>
internal static class TorchZipReader
{
    private const string PickleName = "data.pkl";

    public static Dictionary<string, TorchTensor> Read(TensorFile file)
    {
        var zip = ZipDirectory.Read(file);
        var pickles = zip.Entries.Keys.Where(name => name == PickleName || name.EndsWith("/" + PickleName, StringComparison.Ordinal))
            .ToList();
        if (pickles.Count != 1)
        {
            throw new TorchFileFormatException(
                file.Path, $"expected one entry '{PickleName}' in the zip archive, found {pickles.Count}. It is another kind of zip "
                    + "archive.");
        }

        var root = pickles[0][..^PickleName.Length];
        if (zip.Entries.ContainsKey(root + "constants.pkl"))
            throw new TorchFileFormatException(
                file.Path, "it is a TorchScript program, not a checkpoint. Save the model's state_dict instead.");
        CheckByteOrder(file, zip, root);
        var (offset, length) = zip.Entries[pickles[0]];
        if (length > Unpickler.MaxBytes)
            throw new TorchFileFormatException(file.Path, $"its '{PickleName}' has {length} bytes, more than any list of tensors needs "
                + $"(at most {Unpickler.MaxBytes} are read).");
        var content = Unpickler.Read(file.Path, file.Bytes(offset, (int)length), out _);
        return TorchTensorTable.Read(file.Path, content).ToDictionary(
            pair => pair.Key,
            pair => TorchTensor.Check(file, pair.Key, pair.Value, LocateStorage(file, zip, root, pair.Value.Storage)),
            StringComparer.Ordinal);
    }

    private static long LocateStorage(TensorFile file, ZipDirectory zip, string root, PickleStorage storage)
    {
        var name = $"{root}data/{storage.Key}";
        if (!zip.Entries.TryGetValue(name, out var entry))
            throw new TorchFileFormatException(file.Path, $"its entry '{Excerpt.Cut(name)}' is missing. Fetch the file again.");
        var needed = (Int128)storage.ElementCount * (storage.DType.Bits() / 8);
        if (entry.Length == needed) return entry.Offset;
        throw new TorchFileFormatException(
            file.Path, $"its entry '{Excerpt.Cut(name)}' has {entry.Length} bytes, {storage.ElementCount} elements of {storage.DType} "
                + $"need {needed}.");
    }

    private static void CheckByteOrder(TensorFile file, ZipDirectory zip, string root)
    {
        if (!zip.Entries.TryGetValue(root + "byteorder", out var entry)) return;
        var order = Encoding.ASCII.GetString(file.Bytes(entry.Offset, (int)Math.Min(entry.Length, 16)));
        if (order != "little")
            throw new TorchFileFormatException(
                file.Path, $"its byte order is '{order}', only 'little' can be read. Save it again on another machine.");
    }
}
