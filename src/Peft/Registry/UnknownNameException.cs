namespace Peft;

/// <summary>A name written by a user is unknown.</summary>
/// <param name="what">The kind of name ("method").</param>
/// <param name="name">The name as written.</param>
/// <param name="known">The known names.</param>
public sealed class UnknownNameException(string what, string name, IReadOnlyCollection<string> known)
    : Exception($"there is no {what} '{name}'{NearestName.Hint(name, known)}. Known: {string.Join(", ", known)}.");

/// <summary>Suggests the name that a user most likely meant.</summary>
public static class NearestName
{
    /// <summary>"; did you mean 'lora'?" if a known name is near, else an empty text.</summary>
    /// <param name="name">The name as written.</param>
    /// <param name="known">The known names.</param>
    /// <returns>The suggestion.</returns>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var best = known.Select(candidate => (Name: candidate, Distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(candidate => candidate.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(2, name.Length / 3) ? $"; did you mean '{best.Name}'?" : "";
    }

    /// <summary>Levenshtein's distance.</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
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
}
