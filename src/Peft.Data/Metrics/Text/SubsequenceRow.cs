using System.Numerics;

namespace Peft.Data;

/// <summary>
/// The row of a table of longest common subsequences as bits, 64 columns at a time (Hyyro 2004): a zero where the length is one more than
/// at the column before.
/// </summary>
internal sealed class SubsequenceRow
{
    private readonly ulong[] _bits;
    private readonly Dictionary<string, List<(int Block, ulong Columns)>> _places = new(StringComparer.Ordinal);
    private readonly int _count;

    /// <param name="columns">The text of the columns.</param>
    public SubsequenceRow(string[] columns)
    {
        _count = columns.Length;
        _bits = new ulong[(columns.Length + 63) / 64];
        Array.Fill(_bits, ulong.MaxValue);
        for (var column = 0; column < columns.Length; column++)
        {
            if (!_places.TryGetValue(columns[column], out var places))
                _places.Add(columns[column], places = []);
            var bit = 1UL << (column % 64);
            if (places.Count > 0 && places[^1].Block == column / 64)
                places[^1] = (column / 64, places[^1].Columns | bit);
            else
                places.Add((column / 64, bit));
        }
    }

    /// <summary>The length of the longest common subsequence with the tokens so far.</summary>
    public int Length => _count - _bits.Select((bits, block) => BitOperations.PopCount(bits & Used(block))).Sum();

    /// <summary>
    /// Advances the row by one token. Only the blocks that contain the token, and those that a carry reaches, change.
    /// </summary>
    public void Advance(string token)
    {
        if (!_places.TryGetValue(token, out var places))
            return;
        var carry = 0UL;
        for (var index = 0; index < places.Count; index++)
        {
            var (block, columns) = places[index];
            var (bits, matched) = (_bits[block], _bits[block] & columns);
            var sum = bits + matched;
            var more = sum + carry;
            carry = sum < bits || more < sum ? 1UL : 0UL;
            _bits[block] = more | (bits & ~columns);
            var next = index + 1 < places.Count ? places[index + 1].Block : _bits.Length;
            for (block++; carry != 0 && block < next; block++)
            {
                bits = _bits[block];
                carry = bits == ulong.MaxValue ? 1UL : 0UL;
                _bits[block] = (bits + 1) | bits;
            }

            if (block < next)
                carry = 0;
        }
    }

    private ulong Used(int block) => block < _count / 64 ? ulong.MaxValue : (1UL << (_count % 64)) - 1;
}
