namespace Peft.Data;

/// <summary>A small generator (SplitMix64) whose numbers depend only on its seeds, not on the version of the runtime.</summary>
internal sealed class SeededRandom
{
    private ulong _state;

    public SeededRandom(long seed, long stream = 0) => _state = unchecked((ulong)seed ^ Mix((ulong)stream + 0x9E3779B97F4A7C15));

    /// <summary>A whole number from 0 to below <paramref name="limit"/>.</summary>
    public int Next(int limit) => (int)(((UInt128)NextBits() * (ulong)limit) >> 64);

    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private ulong NextBits()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        return Mix(_state);
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
