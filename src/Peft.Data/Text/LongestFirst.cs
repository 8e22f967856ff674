namespace Peft.Data;

/// <summary>Truncation of a pair: tokens are taken one by one from the longer text, from the second at a tie, until both fit.</summary>
internal static class LongestFirst
{
    /// <summary>How many tokens of each text stay, in closed form.</summary>
    public static (int First, int Second) Cut(int first, int second, int room)
    {
        if (first <= room - second) return (first, second);
        var half = room - (room / 2);
        if (first <= half) return (first, room - first);
        return second <= room - half ? (room - second, second) : (half, room - half);
    }
}
