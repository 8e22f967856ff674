namespace Peft.Data;

/// <summary>A small generator (SplitMix64) whose numbers depend only on its seeds, not on the version of the runtime.</summary>
internal sealed class SeededRandom
{
    private ulong _state;

    public SeededRandom(long seed, long stream = 0) =>
        _state = unchecked((ulong)seed ^ SplitMix64.Mix((ulong)stream + SplitMix64.Increment));

    /// <summary>A whole number from 0 to below <paramref name="limit"/>.</summary>
    public int Next(int limit) => (int)(((UInt128)SplitMix64.Next(ref _state) * (ulong)limit) >> 64);

    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
