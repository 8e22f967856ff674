using System.Collections.Immutable;

namespace Peft.Generators.Methods;

/// <summary>Finds composites that are made of themselves, which would be taken apart for ever.</summary>
internal static class PartCycles
{
    /// <summary>A diagnostic for each composite on a cycle; composites of other assemblies are not seen.</summary>
    public static EquatableArray<DiagnosticInfo> Find(ImmutableArray<NameClaim> claims)
    {
        var parts = new Dictionary<string, EquatableArray<string>>(StringComparer.Ordinal);
        foreach (var claim in claims)
            parts[claim.Name] = claim.Parts;
        var found = new List<DiagnosticInfo>();
        foreach (var claim in claims)
        {
            var path = new List<string> { claim.Name };
            if (Reaches(claim.Parts, claim.Name, parts, path, new HashSet<string>(StringComparer.Ordinal)))
                found.Add(new DiagnosticInfo(DiagnosticDescriptors.CyclicComposite, claim.Location, claim.Name, string.Join(" > ", path)));
        }

        return new EquatableArray<DiagnosticInfo>(found);
    }

    private static bool Reaches(
        EquatableArray<string> from, string target, Dictionary<string, EquatableArray<string>> parts, List<string> path,
        HashSet<string> seen)
    {
        foreach (var name in from)
        {
            if (!seen.Add(name))
                continue;
            path.Add(name);
            if (name == target || (parts.TryGetValue(name, out var further) && Reaches(further, target, parts, path, seen)))
                return true;
            path.RemoveAt(path.Count - 1);
        }

        return false;
    }
}
