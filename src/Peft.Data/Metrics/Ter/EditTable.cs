namespace Peft.Data;

/// <summary>
/// Edit distances between the beginnings of a text and those of a target, and between their ends. Rows of the first kind are bits (Myers
/// 1999, Hyyro 2003): for each word of the target, whether its distance is one more or one less than that of the word before it.
/// </summary>
internal sealed class EditTable
{
    private readonly int[] _words;
    private readonly int[] _target;
    private readonly Dictionary<int, ulong[]> _places = [];
    private readonly EditRow[] _begins;
    private readonly int[][] _ends;

    public EditTable(int[] words, int[] target)
    {
        (_words, _target) = (words, target);
        var blocks = (target.Length + 63) / 64;
        for (var column = 0; column < target.Length; column++)
        {
            if (!_places.TryGetValue(target[column], out var places))
                _places.Add(target[column], places = new ulong[blocks]);
            places[column / 64] |= 1UL << (column % 64);
        }

        _begins = new EditRow[words.Length + 1];
        _begins[0] = new EditRow(blocks);
        for (var row = 0; row < words.Length; row++)
        {
            _begins[row + 1] = new EditRow(_begins[row]);
            Advance(_begins[row + 1], words[row]);
        }

        _ends = Ends(words, target);
    }

    /// <summary>The distance of the whole texts: insertions, deletions and substitutions, each with cost 1.</summary>
    public static int Distance(int[] words, int[] target) => Ends(words, target)[0][0];

    /// <summary>The row after the first words.</summary>
    /// <param name="words">How many words.</param>
    public EditRow Begin(int words) => new(_begins[words]);

    /// <summary>Advances a row by one word.</summary>
    public void Advance(EditRow row, int word)
    {
        var places = _places.GetValueOrDefault(word);
        var (up, down) = (row.Up, row.Down);
        var (more, less) = (1UL, 0UL); // an empty target is one further from every word
        for (var block = 0; block < up.Length; block++)
        {
            var equal = places is null ? 0 : places[block];
            var (plus, minus) = (up[block], down[block]);
            var vertical = equal | minus;
            equal |= less;
            var horizontal = (((equal & plus) + plus) ^ plus) | equal;
            var (higher, lower) = (minus | ~(horizontal | plus), plus & horizontal);
            var (nextMore, nextLess) = (higher >> 63, lower >> 63);
            higher = (higher << 1) | more;
            lower = (lower << 1) | less;
            up[block] = lower | ~(vertical | higher);
            down[block] = higher & vertical;
            (more, less) = (nextMore, nextLess);
        }

        row.Words++;
    }

    /// <summary>The distance of a text whose beginning a row describes and whose end is this table's words from an index on.</summary>
    public int Join(EditRow row, int from)
    {
        var ends = _ends[from];
        var (value, least) = (row.Words, row.Words + ends[0]);
        for (var column = 0; column < _target.Length; column++)
        {
            var (block, bit) = (column / 64, column % 64);
            value += (int)((row.Up[block] >> bit) & 1) - (int)((row.Down[block] >> bit) & 1);
            least = Math.Min(least, value + ends[column + 1]);
        }

        return least;
    }

    /// <summary>The distances between all suffixes of the words and all suffixes of the target, [words + 1][target + 1].</summary>
    private static int[][] Ends(int[] words, int[] target)
    {
        var rows = new int[words.Length + 1][];
        rows[words.Length] = [.. Enumerable.Range(0, target.Length + 1).Select(column => target.Length - column)];
        for (var row = words.Length - 1; row >= 0; row--)
        {
            var (below, current) = (rows[row + 1], new int[target.Length + 1]);
            current[target.Length] = words.Length - row;
            for (var column = target.Length - 1; column >= 0; column--)
            {
                var substituted = below[column + 1] + (words[row] == target[column] ? 0 : 1);
                current[column] = Math.Min(substituted, Math.Min(below[column], current[column + 1]) + 1);
            }

            rows[row] = current;
        }

        return rows;
    }
}

/// <summary>A row of a table of edit distances, as differences between neighbours.</summary>
internal sealed class EditRow
{
    public EditRow(int blocks)
    {
        Up = new ulong[blocks];
        Array.Fill(Up, ulong.MaxValue);
        Down = new ulong[blocks];
    }

    public EditRow(EditRow other)
    {
        (Up, Down, Words) = ([.. other.Up], [.. other.Down], other.Words);
    }

    /// <summary>Where the distance is one more than at the column before.</summary>
    public ulong[] Up { get; }

    /// <summary>Where it is one less.</summary>
    public ulong[] Down { get; }

    /// <summary>The number of words so far, which is the distance from an empty target.</summary>
    public int Words { get; set; }
}
