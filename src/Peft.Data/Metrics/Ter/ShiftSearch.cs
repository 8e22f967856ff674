namespace Peft.Data;

/// <summary>
/// Finds the shift that reduces an edit distance most. All shifts of one run of words to the right share the rows of the words that it
/// passes; those to the left are shifts to the right in the reversed texts.
/// </summary>
internal sealed class ShiftSearch
{
    private readonly int[] _words;
    private readonly int[] _target;
    private readonly int _distance;
    private readonly int _least;
    private (int[] Words, int Distance)? _best;

    private ShiftSearch(int[] words, int[] target, int distance, int least) =>
        (_words, _target, _distance, _least) = (words, target, distance, least);

    /// <summary>
    /// The best shift; on a tie, the one whose sentence comes last in order. None if no shift reduces the distance.
    /// </summary>
    public static (int[] Words, int Distance)? Best(int[] words, int[] target, int distance)
    {
        // A shift only moves words, so each word without a counterpart remains an edit.
        var least = Math.Max(words.Length, target.Length) - CountCommon(words, target);
        if (distance == least)
            return null;
        var search = new ShiftSearch(words, target, distance, least);
        search.Run();
        return search._best;
    }

    private void Run()
    {
        var right = new EditTable(_words, _target);
        var left = new EditTable(Reversed(_words), Reversed(_target));
        // Longer runs first: they can reduce the distance more, and what they reach excludes others.
        foreach (var run in Shifts().GroupBy(shift => (shift.From, shift.Length, IsRight: shift.To > shift.From))
            .OrderByDescending(group => group.Key.Length))
        {
            var (from, length, isRight) = run.Key;
            int[] distances =
                [.. run.Select(shift => Math.Abs(shift.To - from)).Distinct().Where(by => CanWin(from, length, isRight, by)).Order()];
            if (distances.Length > 0)
                Try(isRight ? right : left, isRight ? _words : Reversed(_words), from, length, isRight, distances);
        }
    }

    /// <summary>
    /// Every run of words that matches the target at another place, as long as it matches, with the place that it moves to.
    /// </summary>
    private List<(int From, int Length, int To)> Shifts()
    {
        var shifts = new List<(int From, int Length, int To)>();
        var places = _target.Select((word, index) => (word, index)).ToLookup(pair => pair.word, pair => pair.index);
        for (var from = 0; from < _words.Length; from++)
        {
            foreach (var to in places[_words[from]].Where(to => to != from))
            {
                var length = 1;
                while (from + length < _words.Length && to + length < _target.Length && _words[from + length] == _target[to + length])
                    length++;
                // Beyond the remaining text, the run moves to its end.
                shifts.Add((from, length, Math.Min(to, _words.Length - length)));
            }
        }

        return shifts;
    }

    private bool CanWin(int from, int length, bool isRight, int by)
    {
        if (by == 0)
            return false;
        // A shift changes a distance by at most a deletion and an insertion of each word.
        var lowest = Math.Max(_distance - (2 * length), _least);
        return _best is not { } best || lowest < best.Distance
            || (lowest == best.Distance && Shifted(from, length, isRight, by).AsSpan().SequenceCompareTo(best.Words) > 0);
    }

    private void Try(EditTable table, int[] words, int from, int length, bool isRight, int[] distances)
    {
        var begin = isRight ? from : words.Length - from - length;
        var row = table.Begin(begin);
        var passed = 0;
        foreach (var by in distances)
        {
            for (; passed < by; passed++)
                table.Advance(row, words[begin + length + passed]);
            var moved = new EditRow(row);
            for (var index = 0; index < length; index++)
                table.Advance(moved, words[begin + index]);
            Offer(table.Join(moved, begin + length + by), from, length, isRight, by);
        }
    }

    private void Offer(int reached, int from, int length, bool isRight, int by)
    {
        if (reached >= _distance || _best?.Distance < reached)
            return;
        var shifted = Shifted(from, length, isRight, by);
        if (_best is not { } best || reached < best.Distance || shifted.AsSpan().SequenceCompareTo(best.Words) > 0)
            _best = (shifted, reached);
    }

    private int[] Shifted(int from, int length, bool isRight, int by)
    {
        var shifted = (int[])_words.Clone();
        var run = _words.AsSpan(from, length);
        if (isRight)
        {
            _words.AsSpan(from + length, by).CopyTo(shifted.AsSpan(from));
            run.CopyTo(shifted.AsSpan(from + by));
        }
        else
        {
            _words.AsSpan(from - by, by).CopyTo(shifted.AsSpan(from - by + length));
            run.CopyTo(shifted.AsSpan(from - by));
        }

        return shifted;
    }

    private static int[] Reversed(int[] words) => [.. words.Reverse()];

    private static int CountCommon(int[] words, int[] target)
    {
        var counts = target.CountBy(word => word).ToDictionary();
        return words.CountBy(word => word).Sum(pair => Math.Min(pair.Value, counts.GetValueOrDefault(pair.Key)));
    }
}
