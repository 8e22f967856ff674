namespace Peft;

/// <summary>Suggests the name that a user most likely meant.</summary>
/// <remarks>The analyzers and code fixes compile this file too, for names in code.</remarks>
public static class NearestName
{
    /// <summary>"; the nearest is 'lora'" if a known name is near, else an empty text.</summary>
    /// <param name="name">The name as written.</param>
    /// <param name="known">The known names.</param>
    /// <returns>The suggestion.</returns>
    public static string Hint(string name, IEnumerable<string> known) =>
        Nearest(name, known, Math.Max(2, name.Length / 3)) is { } nearest ? $"; the nearest is '{nearest}'" : "";

    /// <summary>The nearest known name, or null when none is near: at most two letters, or a third of the name, away.</summary>
    internal static string? Find(string name, IEnumerable<string> known) =>
        Nearest(name, known, Math.Min(name.Length - 1, Math.Max(2, name.Length / 3)));

    /// <summary>Levenshtein's distance.</summary>
    internal static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j < row.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }

    private static string? Nearest(string name, IEnumerable<string> known, int atMost)
    {
        string? best = null;
        foreach (var candidate in known)
        {
            var distance = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance > atMost)
                continue;
            (best, atMost) = (candidate, distance - 1);
        }

        return best;
    }
}
