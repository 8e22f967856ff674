namespace Peft.Data.Unicode;

/// <summary>Code points written as UTF-16, with the code point of each unit. It reuses its memory.</summary>
internal sealed class CodePointText
{
    private char[] _units = new char[256];
    private int[] _origins = new int[256];
    private int _length;

    public ReadOnlySpan<char> Units => _units.AsSpan(0, _length);

    /// <summary>The index of the code point that a unit belongs to.</summary>
    public int OriginOf(int unit) => _origins[unit];

    /// <summary>Writes a range of code points; returns their units.</summary>
    public ReadOnlySpan<char> Write(CodePointBuffer buffer, int start, int end)
    {
        if (2 * (end - start) > _units.Length)
        {
            _units = new char[4 * (end - start)];
            _origins = new int[_units.Length];
        }

        _length = 0;
        for (var i = start; i < end; i++)
        {
            var codePoint = buffer[i].CodePoint;
            _origins[_length] = i;
            if (codePoint < 0x10000)
            {
                _units[_length++] = (char)codePoint;
                continue;
            }

            _origins[_length + 1] = i;
            _units[_length++] = (char)(0xD7C0 + (codePoint >> 10));
            _units[_length++] = (char)(0xDC00 + (codePoint & 0x3FF));
        }

        return Units;
    }
}
