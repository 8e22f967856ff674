using Peft.Data;

namespace Peft.Models;

/// <summary>The random numbers of one row of a batch: SplitMix64, seeded by the seed and the row's index.</summary>
internal sealed class SeededNumbers(ulong seed, int row)
{
    private ulong _state = SplitMix64.Mix(SplitMix64.Mix(seed) + (ulong)row);

    /// <summary>The next number, from 0 to 1, 1 excluded.</summary>
    public double Next() => (SplitMix64.Next(ref _state) >> 11) * (1.0 / (1UL << 53));
}
