namespace Peft.Training;

/// <summary>
/// Cuts several texts to a number of tokens in all: tokens are removed one by one from the longest text, at a tie from the last. For two
/// texts this is the rule of tokenizers for pairs.
/// </summary>
internal static class SlotLengths
{
    /// <summary>The number of tokens of each text to keep.</summary>
    /// <param name="lengths">The tokens of each text.</param>
    /// <param name="room">The tokens of all, at least 0.</param>
    public static int[] Fit(IReadOnlyList<int> lengths, int room)
    {
        if (lengths.Sum() <= room)
            return [.. lengths];
        // The largest level to which all texts can be cut.
        var level = 0;
        while (lengths.Sum(length => Math.Min(length, level + 1)) <= room)
            level++;
        var left = room - lengths.Sum(length => Math.Min(length, level));
        return [.. lengths.Select(length => length > level && left-- > 0 ? level + 1 : Math.Min(length, level))];
    }
}
