using System.Text;

namespace Peft.Data;

/// <summary>
/// The pieces of a Unigram model with their scores, and the search for the best split of a text: the one whose pieces have the largest sum
/// of scores (Kudo 2018, equation 7, by the Viterbi algorithm).
/// </summary>
internal sealed class UnigramVocabulary
{
    private const float UnknownPenalty = 10;
    private readonly string[] _sorted;
    private readonly int[] _ids;
    private readonly float[] _scores;
    private readonly Dictionary<char, (int From, int To)> _byFirst = [];
    private readonly float _unknownScore;
    private readonly int _unknownId;

    /// <param name="pieces">The pieces that a text may be split into, with their ids and scores.</param>
    /// <param name="unknownId">The id of what no piece covers.</param>
    public UnigramVocabulary(IReadOnlyList<(string Text, int Id, float Score)> pieces, int unknownId)
    {
        _unknownId = unknownId;
        var ordered = pieces.OrderBy(piece => piece.Text, StringComparer.Ordinal).ToList();
        (_sorted, _ids, _scores) = ([.. ordered.Select(piece => piece.Text)], [.. ordered.Select(piece => piece.Id)],
            [.. ordered.Select(piece => piece.Score)]);
        _unknownScore = (pieces.Count == 0 ? 0 : pieces.Min(piece => piece.Score)) - UnknownPenalty;
        for (var from = 0; from < _sorted.Length;)
        {
            var to = from;
            while (to < _sorted.Length && _sorted[to][0] == _sorted[from][0]) to++;
            _byFirst.Add(_sorted[from][0], (from, to));
            from = to;
        }
    }

    /// <summary>Splits a text. Unknown characters that follow one another become one piece.</summary>
    /// <param name="text">The text, with a mark for each blank.</param>
    /// <param name="nodes">Scratch memory.</param>
    /// <param name="add">Receives the pieces from the left: the id, the first unit and the unit after the last.</param>
    public void Split(ReadOnlySpan<char> text, ref Node[] nodes, Action<int, int, int> add)
    {
        if (nodes.Length <= text.Length) nodes = new Node[text.Length + 1 + (text.Length / 2)];
        var best = nodes.AsSpan(0, text.Length + 1);
        best.Fill(new Node(-1, 0, 0));
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out _, out var width);
            var isCovered = Extend(text, at, width, best);
            if (!isCovered) Improve(ref best[at + width], at, _unknownId, _unknownScore + best[at].Score);
            at += width;
        }

        // The best path, from its end: each node's start becomes the end of the piece that begins there.
        var (end, next) = (text.Length, -1);
        while (end > 0)
        {
            var node = best[end];
            best[end] = node with { Start = next };
            (next, end) = (end, node.Start);
        }

        if (text.Length > 0) best[0] = best[0] with { Start = next };
        Emit(best, add);
    }

    /// <summary>Adds the pieces that start at a character; returns whether one of them is that character alone.</summary>
    private bool Extend(ReadOnlySpan<char> text, int at, int width, Span<Node> best)
    {
        if (!_byFirst.TryGetValue(text[at], out var range)) return false;
        var (from, to) = range;
        var isCovered = false;
        for (var length = 1; from < to; length++)
        {
            if (_sorted[from].Length == length)
            {
                // The sum in double and the stored result in float, as sentencepiece computes them: ties must break the same way.
                Improve(ref best[at + length], at, _ids[from], (double)_scores[from] + best[at].Score);
                isCovered |= length == width;
                from++;
            }

            if (at + length == text.Length) break;
            (from, to) = Narrow(from, to, length, text[at + length]);
        }

        return isCovered;
    }

    /// <summary>The pieces of a range that have a character at an index; all of them have the same characters before it.</summary>
    private (int From, int To) Narrow(int from, int to, int index, char character)
    {
        int First(char least, int low, int high)
        {
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (_sorted[middle][index] < least) low = middle + 1;
                else high = middle;
            }

            return low;
        }

        from = First(character, from, to);
        if (from == to || _sorted[from][index] != character) return (to, to);
        return (from, character == char.MaxValue ? to : First((char)(character + 1), from, to));
    }

    private static void Improve(ref Node node, int start, int id, double score)
    {
        if (node.Start < 0 || score > node.Score) node = new Node(start, id, (float)score);
    }

    private void Emit(ReadOnlySpan<Node> best, Action<int, int, int> add)
    {
        var unknownFrom = -1;
        for (var start = 0; best[start].Start > start;)
        {
            var end = best[start].Start;
            if (best[end].Id == _unknownId)
            {
                if (unknownFrom < 0) unknownFrom = start;
            }
            else
            {
                if (unknownFrom >= 0) add(_unknownId, unknownFrom, start);
                unknownFrom = -1;
                add(best[end].Id, start, end);
            }

            start = end;
        }

        if (unknownFrom >= 0) add(_unknownId, unknownFrom, best.Length - 1);
    }

    /// <summary>The best split of the text before a position.</summary>
    /// <param name="Start">Where its last piece starts; -1 for none.</param>
    /// <param name="Id">The id of its last piece.</param>
    /// <param name="Score">The sum of the scores.</param>
    internal readonly record struct Node(int Start, int Id, float Score);
}
