namespace Peft.Data;

/// <summary>What decides between partial alignments.</summary>
/// <param name="Exact">Exact matches. Others do not count: METEOR 1.5 adds half a match to an integer, which has no effect.</param>
/// <param name="Chunks">Completed chunks.</param>
/// <param name="Distance">Differences of the positions of choices.</param>
/// <param name="Expected">The word of the hypothesis that continues the open chunk; -1 if none is open.</param>
internal readonly record struct MeteorScore(int Exact, int Chunks, long Distance, int Expected)
{
    /// <summary>The score of an alignment without matches.</summary>
    public static MeteorScore None { get; } = new(0, 0, 0, -1);

    public bool Continues(MeteorMatch match) => Expected == -1 || match.Hypothesis == Expected;

    public MeteorScore Take(MeteorMatch match) => new(
        Exact + (match.Kind == MeteorKind.Exact ? 1 : 0), Chunks + (Continues(match) ? 0 : 1), Distance, match.Hypothesis + 1);

    public MeteorScore Further(int reference, MeteorMatch match) =>
        this with { Distance = Distance + Math.Abs(reference - match.Hypothesis) };

    public MeteorScore Closed() => Expected == -1 ? this : this with { Chunks = Chunks + 1, Expected = -1 };
}

/// <summary>An extension of a partial alignment: a match for the next word of the reference, or none.</summary>
internal readonly record struct MeteorBranch(MeteorPath Path, MeteorScore Score, MeteorMatch? Match)
{
    public MeteorPath Follow(int reference) => new(Path, Score, Match, reference);
}

/// <summary>A partial alignment. It shares its earlier matches with those that begin the same way.</summary>
internal sealed class MeteorPath
{
    private readonly ulong[] _used;
    private readonly Step? _last;

    public MeteorPath(int hypothesis) => (_used, Score) = (new ulong[(hypothesis + 63) / 64], MeteorScore.None);

    public MeteorPath(MeteorPath before, MeteorScore score, MeteorMatch? match, int reference)
    {
        (_used, _last, Score) = (before._used, before._last, score);
        if (match is not { } taken)
            return;
        _used = [.. _used];
        _used[taken.Hypothesis / 64] |= 1UL << (taken.Hypothesis % 64);
        _last = new Step(_last, reference, taken);
    }

    public MeteorScore Score { get; }

    public bool Uses(int hypothesis) => (_used[hypothesis / 64] >> (hypothesis % 64) & 1) != 0;

    /// <summary>The match of each word of the reference, or null.</summary>
    public MeteorMatch?[] Matches(int reference)
    {
        var matches = new MeteorMatch?[reference];
        for (var step = _last; step is not null; step = step.Before)
            matches[step.Reference] = step.Match;
        return matches;
    }

    private sealed record Step(Step? Before, int Reference, MeteorMatch Match);
}
