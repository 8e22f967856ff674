namespace Peft.Models;

/// <summary>The random numbers of one row of a batch: SplitMix64, seeded by the seed and the row's index.</summary>
internal sealed class SeededDraws(ulong seed, int row)
{
    private ulong _state = Mix(Mix(seed) + (ulong)row);

    /// <summary>The next number, from 0 to 1, 1 excluded.</summary>
    public double Next() => (Mix(_state += 0x9E3779B97F4A7C15) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
