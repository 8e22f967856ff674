namespace Peft.Data.Tests;

/// <summary>TER by trying every shift with a whole table of distances, and the length of a common subsequence: plain and slow.</summary>
internal static class PlainTer
{
    public static double Score(string[] words, string[] target)
    {
        var shifts = 0;
        var distance = Distance(words, target);
        while (BestShift(words, target, distance) is { } shift)
        {
            (words, distance) = shift;
            shifts++;
        }

        return (shifts + distance) / (double)target.Length;
    }

    public static int CommonLength(string[] left, string[] right)
    {
        var (above, row) = (new int[right.Length + 1], new int[right.Length + 1]);
        foreach (var word in left)
        {
            for (var column = 1; column <= right.Length; column++)
                row[column] = word == right[column - 1] ? above[column - 1] + 1 : Math.Max(above[column], row[column - 1]);
            (above, row) = (row, above);
        }

        return above[^1];
    }

    private static (string[] Words, int Distance)? BestShift(string[] words, string[] target, int distance)
    {
        (string[] Words, int Distance)? best = null;
        for (var from = 0; from < words.Length; from++)
        {
            for (var to = 0; to < target.Length; to++)
            {
                if (from == to || words[from] != target[to])
                    continue;
                var length = 1;
                while (from + length < words.Length && to + length < target.Length && words[from + length] == target[to + length])
                    length++;
                var rest = new List<string>(words);
                rest.RemoveRange(from, length);
                rest.InsertRange(Math.Min(to, rest.Count), words[from..(from + length)]);
                string[] shifted = [.. rest];
                var reached = Distance(shifted, target);
                if (reached < distance && (best is not { } other || reached < other.Distance
                    || (reached == other.Distance && IsAfter(shifted, other.Words))))
                    best = (shifted, reached);
            }
        }

        return best;
    }

    private static bool IsAfter(string[] left, string[] right) =>
        left.Zip(right, string.CompareOrdinal).FirstOrDefault(order => order != 0) > 0;

    private static int Distance(string[] words, string[] target)
    {
        int[] row = [.. Enumerable.Range(0, target.Length + 1)];
        for (var line = 1; line <= words.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column <= target.Length; column++)
            {
                var substituted = diagonal + (words[line - 1] == target[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(substituted, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[^1];
    }
}
