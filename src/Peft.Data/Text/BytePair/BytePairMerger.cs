namespace Peft.Data;

/// <summary>
/// Merges the tokens of one word until no learned merge applies: always the earliest learned pair, all its occurrences from left to right.
/// It has scratch memory, so use one per thread.
/// </summary>
internal sealed class BytePairMerger(BytePairMerges merges)
{
    /// <summary>Up to this length, scanning all pairs for each merge is faster than a queue.</summary>
    internal const int ShortWord = 48;
    private readonly PriorityQueue<(int Left, int LeftId, int RightId), (int Rank, int Place)> queue = new();
    private readonly List<(int Left, int LeftId, int RightId)> sameRank = [];
    private int[] next = [];
    private int[] previous = [];

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
        if (next.Length < count) (next, previous) = (new int[count], new int[count]);
        for (var i = 0; i < count; i++) (next[i], previous[i]) = (i + 1, i - 1);
        queue.Clear();
        for (var i = 0; i + 1 < count; i++) Offer(pieces, i, i + 1);
        while (queue.TryPeek(out _, out var first))
        {
            // All occurrences of one pair before any pair that they create, as in the reference implementation.
            sameRank.Clear();
            while (queue.TryPeek(out var candidate, out var order) && order.Rank == first.Rank)
            {
                queue.Dequeue();
                sameRank.Add(candidate);
            }

            foreach (var (left, leftId, rightId) in sameRank) Join(pieces, count, left, leftId, rightId);
        }

        var kept = 0;
        for (var i = 0; i < count; i = next[i]) pieces[kept++] = pieces[i];
        return kept;
    }

    private void Join(Span<Piece> pieces, int count, int left, int leftId, int rightId)
    {
        var right = next[left];
        if (right >= count || pieces[left].Id != leftId || pieces[right].Id != rightId) return;
        merges.TryGet(leftId, rightId, out var merge);
        pieces[left] = new Piece { Id = merge.Id, Start = pieces[left].Start, End = pieces[right].End };
        pieces[right].Id = -1;
        next[left] = next[right];
        if (next[left] < count)
        {
            previous[next[left]] = left;
            Offer(pieces, left, next[left]);
        }

        if (previous[left] >= 0) Offer(pieces, previous[left], left);
    }

    private void Offer(Span<Piece> pieces, int left, int right)
    {
        var (leftId, rightId) = (pieces[left].Id, pieces[right].Id);
        if (merges.TryGet(leftId, rightId, out var merge)) queue.Enqueue((left, leftId, rightId), (merge.Rank, left));
    }
}
