using System.Globalization;

namespace Peft.Data;

/// <summary>
/// Reads records of comma- or tab-separated values (RFC 4180) from a stream in constant memory. A record ends at LF or CRLF outside
/// quotation marks; a lone CR belongs to the text. Inside quotation marks CRLF becomes LF.
/// </summary>
/// <param name="stream">UTF-8 text without a byte-order mark.</param>
/// <param name="name">The file, for messages.</param>
/// <param name="delimiter">The character between cells.</param>
internal sealed class DelimitedReader(Stream stream, string name, char delimiter)
{
    private const byte Quote = (byte)'"', LineFeed = (byte)'\n', Return = (byte)'\r';
    private const int End = -1;

    private readonly byte _delimiter = (byte)delimiter;
    private byte[] _buffer = new byte[1 << 16];
    private byte[] _unescaped = [];
    private int _begin, _position, _length; // the record, the next byte and the end of what was read
    private long _offset, _nextLine = 1; // of the first byte of the buffer, and of the next byte
    private bool _isEnded;

    /// <summary>Whether a quotation mark inside an unquoted cell is an error; otherwise it is a character of the text.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The first line of the last record, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Whether the last record was an empty line.</summary>
    public bool IsBlank { get; private set; }

    /// <summary>Bytes of the file before the stream's, such as a byte-order mark.</summary>
    public long FirstOffset { get; init; }

    /// <summary>Reads the next record.</summary>
    /// <param name="cells">Receives its cells.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="TableFormatException">A quotation mark is out of place or not closed. The next record begins at the line after the
    /// record's first one.</exception>
    /// <exception cref="TableLimitException">A cell or record is too large.</exception>
    /// <exception cref="TextEncodingException">The text is not UTF-8.</exception>
    public bool Read(List<string> cells)
    {
        cells.Clear();
        (_begin, Line) = (_position, _nextLine);
        if (Peek() == End)
            return false;
        var isQuoted = false;
        while (true)
        {
            isQuoted = Peek() == Quote;
            cells.Add(isQuoted ? Quoted(cells.Count + 1) : Plain(cells.Count + 1));
            if (Peek() != _delimiter)
                break;
            _position++;
            if (cells.Count == TableLimits.Columns)
                throw new TableLimitException(Place, $"has more than {TableLimits.Columns:N0} cells");
        }

        IsBlank = !isQuoted && cells is [{ Length: 0 }];
        if (Peek() == Return)
            _position++;
        if (Peek() != End)
            _position++;
        _nextLine++;
        return true;
    }

    private string Place => $"{name}, line {Line}";

    /// <summary>The next byte, or <see cref="End"/>.</summary>
    private int Peek() => _position < _length || Fill() ? _buffer[_position] : End;

    /// <summary>Reads more bytes, and keeps those of the current record.</summary>
    /// <returns>False at the end.</returns>
    private bool Fill()
    {
        if (_isEnded)
            return false;
        if (_begin > 0)
        {
            Array.Copy(_buffer, _begin, _buffer, 0, _length - _begin);
            (_position, _length, _offset, _begin) = (_position - _begin, _length - _begin, _offset + _begin, 0);
        }

        if (_length > TableLimits.Record)
            throw new TableLimitException(Place, $"has more than {TableLimits.Record:N0} bytes");
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _length);
        var read = stream.Read(_buffer, _length, _buffer.Length - _length);
        _length += read;
        _isEnded = read == 0;
        return read > 0;
    }

    private string Plain(int column)
    {
        var (start, searched) = (_position - _begin, 0);
        int found;
        while ((found = _buffer.AsSpan(_position + searched, _length - _position - searched).IndexOfAny(_delimiter, LineFeed)) < 0)
        {
            searched = _length - _position;
            CheckSize(searched, column);
            if (!Fill())
                break;
        }

        var end = found < 0 ? _length : _position + searched + found;
        CheckSize(end - _position, column);
        var isCrLf = found >= 0 && _buffer[end] == LineFeed && end > _position && _buffer[end - 1] == Return;
        _position = isCrLf ? end - 1 : end;
        var cell = _buffer.AsSpan(_begin + start, _position - _begin - start);
        if (IsStrict && cell.Contains(Quote))
            throw OutOfPlace(column);
        return Decode(cell, start, Line);
    }

    /// <summary>Reads from one quotation mark to the next that is not doubled, over as many lines as it takes.</summary>
    private string Quoted(int column)
    {
        var (opened, start, isPlain) = (_nextLine, ++_position - _begin, true);
        while (true)
        {
            var found = _buffer.AsSpan(_position, _length - _position).IndexOfAny(Quote, LineFeed);
            if (found < 0)
            {
                _position = _length;
                CheckSize(_position - _begin - start, column, opened);
                if (!Fill())
                    throw NotClosed(column, opened);
                continue;
            }

            _position += found;
            CheckSize(_position - _begin - start, column, opened);
            if (_buffer[_position++] == LineFeed)
            {
                _nextLine++;
                isPlain &= _position - 2 < _begin + start || _buffer[_position - 2] != Return;
                continue;
            }

            if (Peek() != Quote)
                break;
            _position++;
            isPlain = false;
        }

        var cell = _buffer.AsSpan(_begin + start, _position - 1 - _begin - start);
        if (Peek() is var next && next != End && next != _delimiter && next != LineFeed && !(next == Return && IsCrLf()))
            throw OutOfPlace(column);
        cell = _buffer.AsSpan(_begin + start, cell.Length); // the buffer may have moved
        return isPlain ? Decode(cell, start, opened) : Decode(Unescape(cell), start, opened);
    }

    private bool IsCrLf()
    {
        _position++;
        var isCrLf = Peek() == LineFeed;
        _position--;
        return isCrLf;
    }

    /// <summary>The cell with single quotation marks for doubled ones, and LF for CRLF.</summary>
    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> cell)
    {
        if (_unescaped.Length < cell.Length)
            _unescaped = new byte[cell.Length];
        var length = 0;
        for (var index = 0; index < cell.Length; index++)
        {
            if (index + 1 < cell.Length && (cell[index], cell[index + 1]) is (Quote, Quote) or (Return, LineFeed))
                index++;
            _unescaped[length++] = cell[index];
        }

        return _unescaped.AsSpan(0, length);
    }

    private string Decode(ReadOnlySpan<byte> cell, int start, long line) => cell.IsEmpty
        ? "" : TextLines.Decode(cell, name, line, FirstOffset + _offset + _begin + start);

    private void CheckSize(int bytes, int column, long? opened = null)
    {
        if (bytes > TableLimits.Cell)
            throw new TableLimitException(string.Create(CultureInfo.InvariantCulture, $"{name}, line {opened ?? Line}, column {column}"),
                string.Create(CultureInfo.InvariantCulture, $"holds more than {TableLimits.Cell:N0} bytes")
                + (opened is null ? "" : ", or its quotation mark is not closed"));
    }

    private TableFormatException OutOfPlace(int column) => Malformed(
        Line, $"column {column}: a quotation mark is out of place; in a cell with quotation marks around it, each inside is doubled");

    private TableFormatException NotClosed(int column, long opened) => Malformed(
        opened, $"column {column}: the quotation mark that opens here is not closed");

    /// <summary>Goes to the line after the record's first one.</summary>
    private TableFormatException Malformed(long line, string problem)
    {
        var end = _buffer.AsSpan(_begin, _length - _begin).IndexOf(LineFeed);
        _position = end < 0 ? _length : _begin + end + 1;
        _nextLine = Line + 1;
        return new TableFormatException($"{name}, line {line}, {problem}. {MalformedRows.Advice}");
    }
}
