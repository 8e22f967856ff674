namespace Peft.Data;

/// <summary>The complete list of names that a file may refer to, and the plain value that replaces a call of each.</summary>
internal static class PickleGlobals
{
    public static readonly PickleGlobal RebuildTensor = new("torch._utils", "_rebuild_tensor_v2");
    public static readonly PickleGlobal RebuildParameter = new("torch._utils", "_rebuild_parameter");
    public static readonly PickleGlobal OrderedDict = new("collections", "OrderedDict");

    private static readonly Dictionary<string, DType> s_storageTypes = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = DType.F32, ["DoubleStorage"] = DType.F64, ["HalfStorage"] = DType.F16, ["BFloat16Storage"] = DType.BF16,
        ["ByteStorage"] = DType.U8, ["CharStorage"] = DType.I8, ["ShortStorage"] = DType.I16, ["IntStorage"] = DType.I32,
        ["LongStorage"] = DType.I64, ["BoolStorage"] = DType.Bool, ["ComplexFloatStorage"] = DType.C64,
    };

    /// <summary>The name, if it is allowed.</summary>
    /// <exception cref="UnsafePickleException">The name is not allowed.</exception>
    public static PickleGlobal Find(string path, string module, string name)
    {
        var global = new PickleGlobal(module, name);
        var known = global == RebuildTensor || global == RebuildParameter || global == OrderedDict || TryStorageType(global, out _);
        return known ? global : throw new UnsafePickleException(path, global.ToString());
    }

    public static bool TryStorageType(PickleGlobal global, out DType dtype)
    {
        dtype = default;
        return global.Module == "torch" && s_storageTypes.TryGetValue(global.Name, out dtype);
    }

    /// <summary>The name of a type's storage; null if PyTorch's files have none.</summary>
    public static string? StorageName(DType dtype) =>
        s_storageTypes.Where(pair => pair.Value == dtype).Select(pair => pair.Key).FirstOrDefault();

    /// <summary>The value that replaces a call of a name with arguments; null if the arguments do not match.</summary>
    public static object? Apply(PickleGlobal global, object?[] arguments)
    {
        if (global == OrderedDict) return MakeDict(arguments);
        if (global == RebuildTensor) return MakeTensor(arguments);
        return global == RebuildParameter && arguments is [PickleTensor data, ..] ? data : null;
    }

    private static PickleDict? MakeDict(object?[] arguments)
    {
        var dict = new PickleDict([]);
        if (arguments.Length == 0) return dict;
        if (arguments is not [PickleList list]) return null;
        foreach (var item in list.Items)
        {
            var pair = item switch { PickleTuple tuple => tuple.Items, PickleList inner => [.. inner.Items], _ => null };
            if (pair is not { Length: 2 }) return null;
            dict.Items.Add(new(pair[0], pair[1]));
        }

        return dict;
    }

    private static PickleTensor? MakeTensor(object?[] arguments)
    {
        if (arguments is not [PickleStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..]) return null;
        return Numbers(shape) is { } sizes && Numbers(strides) is { } steps ? new PickleTensor(storage, offset, sizes, steps) : null;
    }

    private static long[]? Numbers(PickleTuple tuple) =>
        tuple.Items.All(item => item is long) ? Array.ConvertAll(tuple.Items, item => (long)item!) : null;
}
