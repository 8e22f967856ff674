using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>PEFT033: a group that is most likely a misspelt other one.</summary>
internal static class GroupNames
{
    // Those that settings of mixtures name most: adamix.share is "up" by default.
    private static readonly string[] s_known = ["up", "down"];

    /// <summary>Checks the groups of a class, each with the trainable and attribute that names it.</summary>
    public static void Check(List<(string Group, string Trainable, AttributeData Attribute)> uses, Findings findings)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (group, _, _) in uses)
            counts[group] = counts.TryGetValue(group, out var count) ? count + 1 : 1;
        foreach (var (group, trainable, attribute) in uses)
        {
            if (counts[group] == 1 && Array.IndexOf(s_known, group) < 0 && NameRule.IsWellFormed(group)
                && Meant(group, counts) is { } meant)
                findings.Add(DiagnosticDescriptors.StrayGroupName, attribute.LocationOf("Group"), group, trainable, meant);
        }
    }

    /// <summary>The usual or repeated group that is one letter away, or null.</summary>
    private static string? Meant(string group, Dictionary<string, int> counts)
    {
        foreach (var known in s_known)
        {
            if (IsMisspelt(group, known))
                return known;
        }

        foreach (var pair in counts)
        {
            if (pair.Value > 1 && IsMisspelt(group, pair.Key))
                return pair.Key;
        }

        return null;
    }

    /// <summary>Whether one letter is missing, added, wrong or swapped with the next; a number tells groups apart on purpose.</summary>
    private static bool IsMisspelt(string group, string known) =>
        group.Length > 1 && known.Length > 1 && WithoutDigits(group) != WithoutDigits(known)
            && (NearestName.Distance(group, known) == 1 || IsSwapped(group, known));

    private static bool IsSwapped(string a, string b)
    {
        var i = 0;
        while (i < a.Length && i < b.Length && a[i] == b[i])
            i++;
        return a.Length == b.Length && i + 1 < a.Length && a[i] == b[i + 1] && a[i + 1] == b[i]
            && string.CompareOrdinal(a, i + 2, b, i + 2, a.Length) == 0;
    }

    private static string WithoutDigits(string name) => name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
}
