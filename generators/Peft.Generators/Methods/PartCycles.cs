using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>Finds composites that contain themselves, whose expansion would never end.</summary>
internal static class PartCycles
{
    /// <summary>A diagnostic for each composite on a cycle; composites of other assemblies are not seen.</summary>
    public static List<Diagnostic> Find(ImmutableArray<NameClaim> claims)
    {
        var parts = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var claim in claims)
            parts[claim.Name] = claim.Parts;
        var found = new List<Diagnostic>();
        foreach (var claim in claims)
        {
            var path = new List<string> { claim.Name };
            if (Reaches(claim.Parts, claim.Name, parts, path, new HashSet<string>(StringComparer.Ordinal)))
                found.Add(Rule.Broken(DiagnosticDescriptors.CyclicComposite, claim.Location, claim.Name, string.Join(" > ", path)));
        }

        return found;
    }

    private static bool Reaches(
        List<string> from, string target, Dictionary<string, List<string>> parts, List<string> path,
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
