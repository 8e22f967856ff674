using System.Text.Json;

namespace Peft.Data;

/// <summary>The header's entry for one tensor, with checked types and unchecked values.</summary>
internal readonly record struct SafetensorsEntry(string Name, DType DType, long[] Shape, long Begin, long End);

/// <summary>Parses the JSON of a safetensors header, accepting exactly the format's types.</summary>
internal ref struct SafetensorsHeaderReader(string path, ReadOnlySpan<byte> json)
{
    private Utf8JsonReader _reader = new(json);

    public void BeginObject(string what)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject) throw Wrong(what, "an object");
    }

    /// <summary>The next key of the current object; null at its end.</summary>
    public string? NextKey()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.EndObject ? null : _reader.GetString();
    }

    /// <summary>Only white space may follow; the reader itself rejects anything else.</summary>
    public void End() => _reader.Read();

    public Dictionary<string, string> ReadMetadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        BeginObject($"'{SafetensorsHeader.MetadataKey}'");
        while (NextKey() is { } key)
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.String) throw Wrong($"'{SafetensorsHeader.MetadataKey}.{key}'", "a string");
            if (!metadata.TryAdd(key, _reader.GetString()!))
                throw Error($"the key '{Excerpt.Cut(key)}' stands twice in '{SafetensorsHeader.MetadataKey}'; each may stand once.");
        }

        return metadata;
    }

    public SafetensorsEntry ReadEntry(string name)
    {
        DType? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        BeginObject($"tensor '{Excerpt.Cut(name)}'");
        while (NextKey() is { } key)
        {
            if (!seen.Add(key)) throw Error($"the field '{Excerpt.Cut(key)}' stands twice in tensor '{Excerpt.Cut(name)}'; each may "
                + "stand once.");
            switch (key)
            {
                case "dtype": dtype = ReadDType(name); break;
                case "shape": shape = ReadNumbers(name, key); break;
                case "data_offsets": offsets = ReadNumbers(name, key); break;
                default: Skip(); break;
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            var lacking = dtype is null ? "'dtype'" : shape is null ? "'shape'" : "'data_offsets'";
            throw Error($"tensor '{Excerpt.Cut(name)}' lacks {lacking}; each tensor needs dtype, shape and data_offsets.");
        }

        if (offsets.Length != 2) throw Error($"'data_offsets' of tensor '{Excerpt.Cut(name)}' must be [begin, end], found "
            + $"{offsets.Length} numbers.");
        return new SafetensorsEntry(name, dtype.Value, shape, offsets[0], offsets[1]);
    }

    private DType ReadDType(string name)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.String) throw Wrong($"'dtype' of tensor '{Excerpt.Cut(name)}'", "a string");
        var text = _reader.GetString()!;
        return DTypes.TryParse(text, out var dtype)
            ? dtype
            : throw Error($"tensor '{Excerpt.Cut(name)}' has the unknown dtype '{Excerpt.Cut(text)}'. Known: "
                + $"{string.Join(", ", DTypes.Names)}.");
    }

    private long[] ReadNumbers(string name, string key)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray) throw Wrong($"'{Excerpt.Cut(key)}' of tensor "
            + $"'{Excerpt.Cut(name)}'", "a list of numbers");
        var numbers = new List<long>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var number) || number < 0
                || _reader.ValueSpan[0] == '-')
                throw Wrong($"'{Excerpt.Cut(key)}' of tensor '{Excerpt.Cut(name)}', entry {numbers.Count}", "a whole number from 0 to "
                    + "9223372036854775807");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private void Skip()
    {
        _reader.Read();
        _reader.Skip();
    }

    private readonly SafetensorsFormatException Wrong(string what, string expected)
    {
        var found = _reader.TokenType is JsonTokenType.Number
            ? System.Text.Encoding.UTF8.GetString(_reader.ValueSpan) : _reader.TokenType.ToString();
        return Error($"{what} must be {expected}, found {found}.");
    }

    private readonly SafetensorsFormatException Error(string problem) => new(path, problem);
}
