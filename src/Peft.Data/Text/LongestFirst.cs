namespace Peft.Data;

/// <summary>Truncation of a pair: removes tokens one by one from the longer text, at a tie from the second, until both fit.</summary>
internal static class LongestFirst
{
    /// <summary>The number of tokens of each text to keep, in closed form.</summary>
    public static (int First, int Second) Cut(int first, int second, int room)
    {
        if (first <= room - second) return (first, second);
        var half = room - (room / 2);
        if (first <= half) return (first, room - first);
        return second <= room - half ? (room - second, second) : (half, room - half);
    }
}
