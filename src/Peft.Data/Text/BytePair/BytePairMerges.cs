namespace Peft.Data;

/// <summary>The learned merges: which adjacent tokens are merged into which one, and with which rank.</summary>
internal sealed class BytePairMerges
{
    private readonly Dictionary<ulong, Merge> _merges;

    /// <param name="pairs">The merges, lowest rank first, each with its position in its file.</param>
    /// <param name="idOf">The id of a token, or null.</param>
    /// <exception cref="UnknownMergeException">A part or a result is not in the vocabulary.</exception>
    public BytePairMerges(IReadOnlyList<MergePair> pairs, Func<string, int?> idOf)
    {
        _merges = new Dictionary<ulong, Merge>(pairs.Count);
        for (var rank = 0; rank < pairs.Count; rank++)
        {
            var pair = pairs[rank];
            int Id(string token) => idOf(token) ?? throw new UnknownMergeException(pair, token);
            _merges[Key(Id(pair.Left), Id(pair.Right))] = new Merge(rank, Id(pair.Left + pair.Right));
        }
    }

    public bool TryGet(int left, int right, out Merge merge) => _merges.TryGetValue(Key(left, right), out merge);

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;
}

/// <summary>One merge.</summary>
/// <param name="Rank">Lower ranks are merged first.</param>
/// <param name="Id">The merged token.</param>
internal readonly record struct Merge(int Rank, int Id);

/// <summary>One merge as a file writes it.</summary>
/// <param name="Left">The first token.</param>
/// <param name="Right">The second token.</param>
/// <param name="Place">File and line, or file and key.</param>
internal readonly record struct MergePair(string Left, string Right, string Place);
