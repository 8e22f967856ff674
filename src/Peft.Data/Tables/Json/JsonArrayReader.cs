using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// Reads the objects of a JSON array in constant memory. The array is the whole document, or the value of the key
/// <see cref="ListName"/> of an object.
/// </summary>
internal sealed class JsonArrayReader(TableStream source)
{
    /// <summary>The key of the array in a document that is an object.</summary>
    public const string ListName = "data";

    private byte[] _buffer = new byte[1 << 16];
    private int _begin, _length;
    private bool _isEnded;
    private JsonReaderState _state;
    private long _line = 1;

    /// <summary>The records with their numbers, from 1.</summary>
    /// <exception cref="TableFormatException">The document is not valid JSON, or has no such array.</exception>
    public IEnumerable<(long Number, JsonElement? Record, string? Problem)> Read()
    {
        var first = Token();
        if (first == JsonTokenType.StartObject)
            FindList();
        else if (first != JsonTokenType.StartArray)
            throw Wrong($"expected a list of objects, or an object with such a list under '{ListName}', found {first}");
        for (var number = 1L; ; number++)
        {
            using var document = Record(number);
            if (document is null)
                yield break;
            yield return (number, document.RootElement, null);
        }
    }

    private void FindList()
    {
        while (true)
        {
            var (type, name) = NextName();
            if (type != JsonTokenType.PropertyName)
                throw Wrong($"expected a list of objects, or an object with such a list under '{ListName}', found an object without it");
            if (name == ListName)
                break;
            using var other = Value("is");
        }

        if (Token() is var found && found != JsonTokenType.StartArray)
            throw Wrong($"expected a list of objects under '{ListName}', found {found}");
    }

    private JsonDocument? Record(long number) => Value($"record {number} is");

    /// <summary>The next token.</summary>
    private JsonTokenType Token() => NextName().Type;

    private (JsonTokenType Type, string? Name) NextName()
    {
        while (true)
        {
            var reader = Reader();
            if (Guard("is", ref reader))
            {
                var name = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
                Consume(ref reader);
                return (reader.TokenType, name);
            }

            if (!Fill())
                throw Wrong("ends inside the JSON text");
        }
    }

    /// <summary>The next value; null at the end of the list.</summary>
    private JsonDocument? Value(string what)
    {
        while (true)
        {
            var reader = Reader();
            try
            {
                if (reader.Read())
                {
                    if (reader.TokenType == JsonTokenType.EndArray)
                        return null;
                    if (JsonDocument.TryParseValue(ref reader, out var document))
                    {
                        Consume(ref reader);
                        return document;
                    }
                }
            }
            catch (JsonException problem)
            {
                throw Wrong($"{what} not valid JSON ({JsonFault.DescribeLine(problem)})", problem);
            }

            if (!Fill())
                throw Wrong($"{what} not complete: the file ends inside it");
        }
    }

    private bool Guard(string what, ref Utf8JsonReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException problem)
        {
            throw Wrong($"{what} not valid JSON ({JsonFault.DescribeLine(problem)})", problem);
        }
    }

    private Utf8JsonReader Reader() => new(_buffer.AsSpan(_begin, _length - _begin), _isEnded, _state);

    private void Consume(ref Utf8JsonReader reader)
    {
        var consumed = (int)reader.BytesConsumed;
        _line += _buffer.AsSpan(_begin, consumed).Count((byte)'\n');
        _begin += consumed;
        _state = reader.CurrentState;
    }

    private bool Fill()
    {
        if (_isEnded)
            return false;
        Array.Copy(_buffer, _begin, _buffer, 0, _length - _begin);
        (_begin, _length) = (0, _length - _begin);
        if (_length > TableLimits.Record)
            throw new TableLimitException($"{source.Name}, line {_line}", $"has a record of more than {TableLimits.Record:N0} bytes");
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _length);
        var read = source.Stream.Read(_buffer, _length, _buffer.Length - _length);
        _length += read;
        _isEnded = read == 0;
        return true;
    }

    private TableFormatException Wrong(string problem, Exception? inner = null) => new($"{source.Name}, from line {_line}: {problem}.",
        inner);
}
