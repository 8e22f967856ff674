namespace Peft.Data;

/// <summary>
/// SplitMix64 (Steele et al. 2014, figure 16): a generator whose state is a single 64-bit number. Its numbers do not depend on the version
/// of the runtime.
/// </summary>
internal static class SplitMix64
{
    /// <summary>What each number adds to the state.</summary>
    public const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>The next number.</summary>
    /// <param name="state">The state, which advances by one number.</param>
    public static ulong Next(ref ulong state) => Mix(state = unchecked(state + Increment));

    /// <summary>A number whose bits all depend on all bits of another.</summary>
    public static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
