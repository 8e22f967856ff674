namespace Peft.Data;

// What a pickle may contain besides null, bool, long, BigInteger, double, string and byte[].

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A Python list.</summary>
internal sealed record PickleList(List<object?> Items);

/// <summary>A Python dict or OrderedDict: pairs in order, with unchanged keys.</summary>
internal sealed record PickleDict(List<KeyValuePair<object?, object?>> Items);

/// <summary>One of the few allowed functions and classes of tensors; it is never called.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A range of raw elements, identified by its key.</summary>
internal sealed record PickleStorage(string Key, DType DType, long ElementCount);

/// <summary>A tensor: a view of a storage. Sizes and strides are in elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
