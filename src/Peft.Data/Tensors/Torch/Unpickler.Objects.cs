namespace Peft.Data;

/// <content>Instructions that in Python would look up, call or change objects; here they only build plain data.</content>
internal ref partial struct Unpickler
{
    private void Protocol()
    {
        var protocol = Byte();
        if (protocol > MaxProtocol) throw Error($"protocol {protocol} is newer than {MaxProtocol}");
    }

    private readonly void StackGlobal()
    {
        if (PopMany(2) is not [string module, string name]) throw Error("a name is not text");
        Push(PickleGlobals.Find(_path, module, name));
    }

    private readonly void PersistentId()
    {
        // ('storage', type, key, location, element count), and in old files a view, which only very old versions made.
        if (Pop() is not PickleTuple { Items: ["storage", PickleGlobal type, string key, _, long count, .. var rest] } || count < 0)
            throw Error("a reference to a storage is not (\"storage\", type, key, location, count)");
        if (!PickleGlobals.TryStorageType(type, out var dtype)) throw Error($"'{type}' is not a storage");
        if (rest is not ([] or [null]))
            throw Error($"storage '{Excerpt.Cut(key)}' is a view of another one, as only PyTorch before 0.4 wrote; save it again with a "
                + "newer one");
        Push(new PickleStorage(key, dtype, count));
    }

    private readonly void Reduce()
    {
        if (PopMany(2) is not [PickleGlobal global, PickleTuple arguments]) throw Error("it calls something that is not a known name");
        Push(PickleGlobals.Apply(global, arguments.Items) ?? throw Error($"'{global}' is given arguments it does not take"));
    }

    /// <summary>Ignores a state dict's attributes (its <c>_metadata</c>), which do not affect tensors.</summary>
    private readonly void Build()
    {
        Pop();
        if (Peek() is not PickleDict) throw Error("it sets attributes of something other than a dict");
    }

    private readonly void Append(object?[] values)
    {
        if (Peek() is not PickleList list) throw Error("it appends to something other than a list");
        list.Items.AddRange(values);
    }

    private readonly void DictOf(object?[] values)
    {
        Push(new PickleDict([]));
        SetItems(values);
    }

    private readonly void SetItems(object?[] values)
    {
        if (Peek() is not PickleDict dict) throw Error("it sets items of something other than a dict");
        if (values.Length % 2 != 0) throw Error("a key has no value");
        for (var i = 0; i < values.Length; i += 2) dict.Items.Add(new(values[i], values[i + 1]));
    }

    private readonly void PushMemo(long index) =>
        Push(_memo.TryGetValue(index, out var value) ? value : throw Error($"it takes the kept value {index}, which is not there"));
}
