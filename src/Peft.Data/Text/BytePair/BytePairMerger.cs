namespace Peft.Data;

/// <summary>
/// Merges the tokens of one word until no learned merge applies: always the earliest learned pair, all its occurrences from left to right.
/// It has scratch memory, so use one per thread.
/// </summary>
internal sealed class BytePairMerger(BytePairMerges merges)
{
    /// <summary>Up to this length, scanning all pairs for each merge is faster than a queue.</summary>
    internal const int ShortWord = 48;
    private readonly PriorityQueue<(int Left, int LeftId, int RightId), (int Rank, int Place)> _queue = new();
    private readonly List<(int Left, int LeftId, int RightId)> _sameRank = [];
    private int[] _next = [];
    private int[] _previous = [];

    /// <summary>Merges in place. The first pieces of the list are the result, with joined spans; returns their number.</summary>
    public int Merge(Span<Piece> pieces) => pieces.Length <= ShortWord ? MergeShort(pieces) : MergeLong(pieces);

    internal int MergeShort(Span<Piece> pieces)
    {
        var count = pieces.Length;
        while (count > 1)
        {
            var best = new Merge(int.MaxValue, 0);
            var (left, right) = (0, 0);
            for (var i = 0; i + 1 < count; i++)
            {
                if (!merges.TryGet(pieces[i].Id, pieces[i + 1].Id, out var merge) || merge.Rank >= best.Rank) continue;
                (best, left, right) = (merge, pieces[i].Id, pieces[i + 1].Id);
            }

            if (best.Rank == int.MaxValue) break;
            var kept = 0;
            for (var i = 0; i < count; i++)
            {
                var joins = i + 1 < count && pieces[i].Id == left && pieces[i + 1].Id == right;
                pieces[kept++] = joins ? new Piece { Id = best.Id, Start = pieces[i].Start, End = pieces[i + 1].End } : pieces[i];
                if (joins) i++;
            }

            count = kept;
        }

        return count;
    }

    /// <summary>The same in time n log n: pairs are queued by rank and position, and pairs whose tokens have changed are skipped.</summary>
    internal int MergeLong(Span<Piece> pieces)
    {
        var count = pieces.Length;
        if (_next.Length < count) (_next, _previous) = (new int[count], new int[count]);
        for (var i = 0; i < count; i++) (_next[i], _previous[i]) = (i + 1, i - 1);
        _queue.Clear();
        for (var i = 0; i + 1 < count; i++) Offer(pieces, i, i + 1);
        while (_queue.TryPeek(out _, out var first))
        {
            // All occurrences of one pair before any pair that they create, as in the reference implementation.
            _sameRank.Clear();
            while (_queue.TryPeek(out var candidate, out var order) && order.Rank == first.Rank)
            {
                _queue.Dequeue();
                _sameRank.Add(candidate);
            }

            foreach (var (left, leftId, rightId) in _sameRank) Join(pieces, count, left, leftId, rightId);
        }

        var kept = 0;
        for (var i = 0; i < count; i = _next[i]) pieces[kept++] = pieces[i];
        return kept;
    }

    private void Join(Span<Piece> pieces, int count, int left, int leftId, int rightId)
    {
        var right = _next[left];
        if (right >= count || pieces[left].Id != leftId || pieces[right].Id != rightId) return;
        merges.TryGet(leftId, rightId, out var merge);
        pieces[left] = new Piece { Id = merge.Id, Start = pieces[left].Start, End = pieces[right].End };
        pieces[right].Id = -1;
        _next[left] = _next[right];
        if (_next[left] < count)
        {
            _previous[_next[left]] = left;
            Offer(pieces, left, _next[left]);
        }

        if (_previous[left] >= 0) Offer(pieces, _previous[left], left);
    }

    private void Offer(Span<Piece> pieces, int left, int right)
    {
        var (leftId, rightId) = (pieces[left].Id, pieces[right].Id);
        if (merges.TryGet(leftId, rightId, out var merge)) _queue.Enqueue((left, leftId, rightId), (merge.Rank, left));
    }
}
