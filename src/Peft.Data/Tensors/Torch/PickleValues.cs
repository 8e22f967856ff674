namespace Peft.Data;

// What a pickle may hold besides null, bool, long, BigInteger, double, string and byte[].

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A Python list.</summary>
internal sealed record PickleList(List<object?> Items);

/// <summary>A Python dict or OrderedDict: pairs in their order, keys as they came.</summary>
internal sealed record PickleDict(List<KeyValuePair<object?, object?>> Items);

/// <summary>One of the few functions and classes that tensors need; nothing of that name is ever called.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A stretch of raw elements, known by its key.</summary>
internal sealed record PickleStorage(string Key, DType DType, long ElementCount);

/// <summary>A tensor: a view of a storage. Sizes and strides count elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
